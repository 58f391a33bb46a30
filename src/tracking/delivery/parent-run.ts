import { type MlflowClient, MlflowError, type Run, type Tag } from '../mlflow/index.js';
import { KEY_TAG } from './tags.js';

const PARENT_TAG = 'mlflow.parentRunId';

export interface NewParent {
  /** The same for all runs of a sweep, wherever they are trained. */
  readonly key: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly startTime: number;
}

/** What is asked of a server here, so that it can be tried against every order of events. */
export type ParentClient = Pick<
  MlflowClient,
  'connection' | 'createRun' | 'deleteRun' | 'findRun' | 'findRuns' | 'getRun' | 'setTags'
>;

/**
 * The parent run of a sweep on a server, created by whichever of its runs comes first. They know nothing of each other,
 * and the server offers no lock: several may create one. The oldest is valid. Whoever has created one looks again, deletes
 * the others and moves their children. A run that chose one of the others meanwhile finds that out by
 * looking again, too, after it has written its choice. One of the two looks comes after the other's writing, so in the
 * end all runs of the sweep belong to one parent, however slow any of them is.
 */
export class ParentOnServer {
  constructor(
    private readonly client: ParentClient,
    private readonly experimentId: string,
    private readonly parent: NewParent,
    /** A run that is there already and is to be the sweep's. */
    private readonly given: string | undefined,
  ) {}

  /** @throws MlflowError, of kind `settings` where there is no run such as was given. */
  async ensure(): Promise<Run> {
    if (this.given !== undefined) return givenRun(this.client, this.given);
    return (await this.first()) ?? this.make();
  }

  /** To be written into a child of it. */
  tagOf(parent: Run): Tag {
    return { key: PARENT_TAG, value: parent.info.run_id };
  }

  /** Makes a child follow where another parent than it chose is the valid one. */
  async keep(child: Run): Promise<void> {
    let chosen = child.data.tags?.find(({ key }) => key === PARENT_TAG)?.value;
    for (;;) {
      const parent = await this.ensure();
      if (parent.info.run_id === chosen) return;
      await this.client.setTags(child.info.run_id, [this.tagOf(parent)]);
      chosen = parent.info.run_id;
    }
  }

  private get tag(): Tag {
    return { key: KEY_TAG, value: this.parent.key };
  }

  private first(): Promise<Run | undefined> {
    return this.client.findRun(this.experimentId, this.tag);
  }

  private async make(): Promise<Run> {
    const { name, startTime } = this.parent;
    const { experimentId } = this;
    let valid = await this.client.createRun({ experimentId, name, startTime, tags: [this.tag] });
    for (;;) {
      const [first, ...others] = await this.client.findRuns(experimentId, this.tag);
      // Its own, where the server does not show yet what it has just taken.
      if (!first) return valid;
      valid = first;
      for (const other of others) await this.removeDuplicate(other, valid);
      // An older one may have come meanwhile.
      if ((await this.first())?.info.run_id === valid.info.run_id) return valid;
    }
  }

  private async removeDuplicate({ info }: Run, valid: Run): Promise<void> {
    await this.client.deleteRun(info.run_id);
    const ofDuplicate = { key: PARENT_TAG, value: info.run_id };
    for (;;) {
      const children = await this.client.findRuns(this.experimentId, ofDuplicate, 'ACTIVE_ONLY');
      if (children.length === 0) return;
      for (const child of children) await this.client.setTags(child.info.run_id, [this.tagOf(valid)]);
    }
  }
}

/** A run that must be there. @throws MlflowError of kind `settings` where it is not. */
export async function givenRun(client: ParentClient, runId: string): Promise<Run> {
  const run = await client.getRun(runId);
  if (run) return run;
  throw new MlflowError('settings', `MLflow at ${client.connection.uri} has no run ${runId}.`, {
    remedy: 'MLFLOW_RUN_ID names a run to write into; leave it out for a new one.',
  });
}
