import { Command, type ErrorOptions, Help, type Option } from 'commander';
import { UserError } from '../core/errors.js';

/** Help without the defaults of repeatable flags, the empty list or map. */
class GanHelp extends Help {
  override optionDescription(option: Option): string {
    return super.optionDescription(option).replace(/ \(default: (?:\[\]|\{\})\)$/, '');
  }
}

/** A command of gan. Mistakes in a command line are UserErrors, printed with a remedy as all others. */
export class GanCommand extends Command {
  override createCommand(name?: string): GanCommand {
    return new GanCommand(name);
  }

  override createHelp(): Help {
    return Object.assign(new GanHelp(), this.configureHelp());
  }

  /** @throws UserError */
  override error(message: string, { code }: ErrorOptions = {}): never {
    const [reason = '', ...proposals] = message.replace(/^error: /, '').split('\n');
    const suggestions = proposals.map((text) => text.replace(/^\((.*)\)$/, '$1'));
    throw new UserError(`${reason[0]?.toUpperCase()}${reason.slice(1).replace(/\.$/, '')}.`, {
      exitCode: 2,
      remedy: [...suggestions, ...this.hints(code)].join(' '),
    });
  }

  private hints(code: string | undefined): readonly string[] {
    switch (code) {
      case 'commander.unknownCommand':
        return [`\`${this.path} --help\` lists the commands.`];
      case 'commander.missingArgument':
      case 'commander.excessArguments':
        return [`Usage: ${this.path} ${this.usage()}.`];
      case 'commander.unknownOption': {
        const takesValues = this.options.some(({ long }) => long === '--set');
        return [
          ...(takesValues
            ? ['What a recipe says is changed with `--set PATH=VALUE`: `gan explain RECIPE` lists the paths.']
            : []),
          `\`${this.path} --help\` lists the options.`,
        ];
      }
      default:
        return [`\`${this.path} --help\` says what it takes.`];
    }
  }

  /** Its full name: `gan sweep status`. */
  private get path(): string {
    return this.parent instanceof GanCommand ? `${this.parent.path} ${this.name()}` : this.name();
  }
}
