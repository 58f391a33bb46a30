import { type Connection, connectionFromEnvironment } from '../mlflow/index.js';

/** Where runs are delivered to, and as what. Who may is in the environment: MLFLOW_TRACKING_USERNAME and so on. */
export interface DeliveryOptions {
  readonly uri: string;
  /** PEM files, and whether certificates go unchecked; default: as MLFLOW_TRACKING_* say. */
  readonly caFile?: string;
  readonly clientCertFile?: string;
  readonly insecure?: boolean;
  /** In place of the one that the run was started with; that one's default is the recipe's name. */
  readonly experiment?: string;
  readonly experimentId?: string;
  /** An existing run to write into. */
  readonly runId?: string;
  readonly register?: string;
}

/** @throws MlflowError of kind `settings` */
export function connectionOf(options: DeliveryOptions, env: NodeJS.ProcessEnv = process.env): Connection {
  const { uri, caFile, clientCertFile, insecure } = options;
  return {
    ...connectionFromEnvironment(uri, env),
    ...(caFile === undefined ? {} : { caFile }),
    ...(clientCertFile === undefined ? {} : { clientCertFile }),
    ...(insecure === undefined ? {} : { insecure }),
  };
}
