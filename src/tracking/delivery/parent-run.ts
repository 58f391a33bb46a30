import { type MlflowClient, MlflowError, type Run, type Tag } from '../mlflow/index.js';
import { KEY_TAG } from './tags.js';

const PARENT_TAG = 'mlflow.parentRunId';

export interface NewParent {
  /** The same for all parts of a sweep, wherever they run. */
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
 * A sweep's own run on a server, made by whichever of its parts comes first. They know nothing of each other, and the
 * server has no lock to offer: several may make one. The oldest is the one that counts, and whoever has made one looks
 * again and puts the others away, with what belongs to them. A part that chose one of those meanwhile finds that out by
 * looking again, too, after it has written its choice. One of the two looks comes after the other's writing, so in the
 * end all parts belong to one run, however slow any of them is.
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

  /** To be written into a run that is part of it. */
  tagOf(parent: Run): Tag {
    return { key: PARENT_TAG, value: parent.info.run_id };
  }

  /** Makes a run that is part of it go along where another than it chose counts. */
  async keep(part: Run): Promise<void> {
    let chosen = part.data.tags?.find(({ key }) => key === PARENT_TAG)?.value;
    for (;;) {
      const parent = await this.ensure();
      if (parent.info.run_id === chosen) return;
      await this.client.setTags(part.info.run_id, [this.tagOf(parent)]);
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
    let counts = await this.client.createRun({ experimentId, name, startTime, tags: [this.tag] });
    for (;;) {
      const [first, ...others] = await this.client.findRuns(experimentId, this.tag);
      // Its own, where the server does not show yet what it has just taken.
      if (!first) return counts;
      counts = first;
      for (const other of others) await this.putAway(other, counts);
      // An older one may have come meanwhile.
      if ((await this.first())?.info.run_id === counts.info.run_id) return counts;
    }
  }

  private async putAway({ info }: Run, counts: Run): Promise<void> {
    await this.client.deleteRun(info.run_id);
    const belongs = { key: PARENT_TAG, value: info.run_id };
    for (;;) {
      const parts = await this.client.findRuns(this.experimentId, belongs, 'ACTIVE_ONLY');
      if (parts.length === 0) return;
      for (const part of parts) await this.client.setTags(part.info.run_id, [this.tagOf(counts)]);
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
