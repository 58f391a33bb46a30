interface Resource {
  close(): void | Promise<void>;
}

/** What has been opened, to be closed in the opposite order. */
export class Resources {
  private readonly opened: Resource[] = [];

  add<R extends Resource>(resource: R): R {
    this.opened.push(resource);
    return resource;
  }

  async close(): Promise<void> {
    for (let last = this.opened.pop(); last; last = this.opened.pop()) await last.close();
  }
}
