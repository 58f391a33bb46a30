import { EXAMPLE } from '../../recipe/messages/codes/example.js';
import { CODE_GROUPS } from '../../recipe/messages/codes/index.js';
import type { Registry } from '../../registry/index.js';
import { exampleOutput } from './example.js';

/** docs/errors.md: every code with its meaning, its remedy and what is printed of an example. */
export async function codePage(registry: Registry): Promise<string> {
  const sections: string[] = [];
  for (const [heading, codes] of Object.entries(CODE_GROUPS)) {
    const parts = [`## ${heading}`];
    for (const [code, { meaning, remedy }] of Object.entries(codes)) {
      const output = await exampleOutput(code, registry);
      parts.push(`### ${code}\n\n${meaning} ${remedy}\n\n\`\`\`text\n${output}\n\`\`\``);
    }
    sections.push(parts.join('\n\n'));
  }
  return `<!-- Generated from src/recipe/messages by \`npm run generate\`; do not edit. -->

# Errors and warnings

Each finding of \`gan check\` has a code; \`gan describe error CODE\` prints its entry. Every example is this recipe, \`base.yaml\`, with one change:

\`\`\`yaml
${EXAMPLE}\`\`\`

${sections.join('\n\n')}
`;
}
