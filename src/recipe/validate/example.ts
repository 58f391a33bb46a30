import type { Json } from '../../core/json.js';
import type { Definition, Kind, Registry } from '../../registry/index.js';
import { flow } from '../freeze/format.js';
import { Findings } from '../messages/findings.js';
import { find, toJson } from '../read/node.js';
import { expandShortForms } from '../read/short-forms.js';
import { Source } from '../read/source.js';
import { readYaml } from '../read/yaml.js';
import { Validators } from './validators.js';

/** What is wrong with a definition's example by its own schema; `at` is the path of a key, empty for the whole. */
export function exampleErrors(
  registry: Registry,
  kind: Kind,
  definition: Definition,
): readonly { readonly at: string; readonly message: string }[] {
  const { type, example } = definition;
  const checker = Validators.of(registry.with([[kind, definition]])).section(kind, type)!;
  const errors = checker.check(kind === 'dataset' ? inFull(example as Json) : structuredClone(example));
  return errors.map(({ instancePath, message = 'is wrong' }) => ({
    at: instancePath.slice(1).replaceAll('/', '.'),
    message,
  }));
}

/** The example of a data set with its short forms expanded: `size: 256`, `source: left`. */
function inFull(example: Json): Json | undefined {
  const source = new Source('example', flow({ data: { example } }), '.');
  const root = readYaml(source, new Findings());
  const whole = root && find(expandShortForms(root), ['data', 'example']);
  return whole && toJson(whole);
}
