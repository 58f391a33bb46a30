import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node.js';

export interface Problem {
  readonly message: string;
  readonly range: { readonly start: { readonly line: number; readonly character: number } };
}

interface Completions {
  readonly items: readonly { readonly label: string; readonly documentation?: string | { value: string } }[];
}

/** An editor's side of the YAML language server: the process that VS Code's YAML extension starts, over stdio. */
export class Editor {
  private readonly problems = new Map<string, (problems: readonly Problem[]) => void>();
  private readonly opened = new Set<string>();
  private version = 0;

  private constructor(
    private readonly connection: MessageConnection,
    private readonly stop: () => void,
  ) {
    connection.onNotification(
      'textDocument/publishDiagnostics',
      ({ uri, diagnostics }: { uri: string; diagnostics: readonly Problem[] }) => {
        this.problems.get(uri)?.(diagnostics);
      },
    );
  }

  static async start(): Promise<Editor> {
    const program = createRequire(import.meta.url).resolve('yaml-language-server/bin/yaml-language-server');
    const child = spawn(process.execPath, [program, '--stdio'], { stdio: ['pipe', 'pipe', 'ignore'] });
    const connection = createMessageConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    const settings = {
      validate: true,
      hover: true,
      completion: true,
      // The schema that a recipe's first line names, and nothing from the network.
      schemaStore: { enable: false },
      format: { enable: false },
    };
    const configured = new Promise<void>((done) => {
      connection.onRequest('workspace/configuration', ({ items }: { items: { section?: string }[] }) => {
        done();
        return items.map(({ section }) => (section === 'yaml' ? settings : null));
      });
    });
    connection.onRequest('client/registerCapability', () => null);
    connection.listen();
    await connection.sendRequest('initialize', {
      processId: process.pid,
      rootUri: pathToFileURL(resolve('.')).href,
      capabilities: {
        workspace: { configuration: true },
        textDocument: {
          completion: { completionItem: { documentationFormat: ['plaintext'] } },
          hover: { contentFormat: ['markdown'] },
        },
      },
    });
    await connection.sendNotification('initialized', {});
    await connection.sendNotification('workspace/didChangeConfiguration', { settings: { yaml: settings } });
    await configured;
    return new Editor(connection, () => child.kill());
  }

  /** Shows a text as if it were a file, and waits for what the server finds in it. */
  async open(
    file: string,
    text: string,
  ): Promise<{ readonly uri: string; readonly problems: readonly Problem[] }> {
    const uri = pathToFileURL(resolve(file)).href;
    const found = new Promise<readonly Problem[]>((done) => this.problems.set(uri, done));
    this.version += 1;
    if (this.opened.has(uri)) {
      await this.connection.sendNotification('textDocument/didChange', {
        textDocument: { uri, version: this.version },
        contentChanges: [{ text }],
      });
    } else {
      this.opened.add(uri);
      await this.connection.sendNotification('textDocument/didOpen', {
        textDocument: { uri, languageId: 'yaml', version: this.version, text },
      });
    }
    return { uri, problems: await found };
  }

  /** Labels of what is offered at the cursor, with their explanations. */
  async complete(file: string, text: string): Promise<ReadonlyMap<string, string>> {
    const { position, plain } = cursor(text);
    const { uri } = await this.open(file, plain);
    const { items } = await this.connection.sendRequest<Completions>('textDocument/completion', {
      textDocument: { uri },
      position,
    });
    return new Map(
      items.map(({ label, documentation = '' }) => [
        label,
        typeof documentation === 'string' ? documentation : documentation.value,
      ]),
    );
  }

  /** What is shown of the word at the cursor. */
  async hover(file: string, text: string): Promise<string> {
    const { position, plain } = cursor(text);
    const { uri } = await this.open(file, plain);
    const answer = await this.connection.sendRequest<{ contents: { value: string } | string } | null>(
      'textDocument/hover',
      { textDocument: { uri }, position },
    );
    if (!answer) return '';
    return typeof answer.contents === 'string' ? answer.contents : answer.contents.value;
  }

  close(): void {
    this.connection.dispose();
    this.stop();
  }
}

/** Stands in no recipe. */
export const CURSOR = '§';

function cursor(text: string): { position: { line: number; character: number }; plain: string } {
  const before = text.slice(0, text.indexOf(CURSOR)).split('\n');
  return {
    position: { line: before.length - 1, character: before.at(-1)!.length },
    plain: text.replace(CURSOR, ''),
  };
}
