import type { Random } from '../fuzz/random.ts'

/** Bodies whose form is odd or wrong, in JSON. */
export const oddJson = [
  ...[
    '',
    ' ',
    '\ufeff{}',
    '{}{}',
    '{} x',
    '{},',
    'nul',
    'tru e',
    '{"a"',
    '{"a":',
    '{"a":1',
    '{"a":1,',
  ],
  ...[
    '{"a":1,}',
    '[1,]',
    '[',
    '[1',
    '{',
    '{,}',
    '{"a":01}',
    '{"a":-}',
    '{"a":1.}',
    '{"a":1e}',
    '{"a":.5}',
  ],
  ...[
    '{"a":+1}',
    '{"a":NaN}',
    "{'a':1}",
    '{"a":"\\x"}',
    '{"a":"\\u12"}',
    '{"a":"\\u12G4"}',
    '{"a":"\\',
  ],
  ...[
    '{"a":"x',
    '{"a":"\u007f"}',
    '{"a":"\t"}',
    '// c\n{}',
    '{"a":1 /* c */}',
    '\u0000',
    '{1:2}',
    '-',
  ],
  ...[
    '{"a" "b"}',
    '{"a":1 2}',
    '{"a":nulll}',
    '00',
    '{"a":1}\u00a0',
    '{"a":"\\ud800","\\u00e9":1}',
  ],
  '{"metadata":{"labels":{"a.b":"c","a.b":"d"}}}',
  '{"spec":{"containers":[{"name":"a"},{"name":"b","x":1,"x":2}]}}',
]

const names: Readonly<Record<string, readonly string[]>> = {
  '': ['apiVersion', 'kind', 'metadata', 'spec', 'foo', 'Spec', 'a.b', 'a"b', 'é', '\u00a0', ''],
  metadata: ['name', 'labels', 'annotations', 'finalizers', 'Name', 'foo'],
  spec: ['containers', 'nodeSelector', 'priority', 'hostNetwork', 'Priority', 'foo'],
}
const values = [
  ...['null', 'true', '0', '-0', '-1', '1.5', '2147483647', '2147483648', '9223372036854775808'],
  ...[
    '""',
    '"a"',
    '"\\u0041"',
    '"\\ud83d\\ude00"',
    '"\\ud800"',
    '[]',
    '{}',
    '["a"]',
    '[1]',
    '[null]',
    '[[]]',
  ],
  ...['{"a":"b"}', '{"a":1}', '{"a":null}', '{"a":"b","a":"c"}', '[{"name":"c"}]', '[{"name":1}]'],
  ...['[{"Name":"x"}]', '[{"name":"a","name":"b"}]', '[{"name":"a","foo":1},{"bar":2}]'],
  ...['[{"args":["a",1]}]', '[{"args":"x"}]', '[{"stdin":"yes"}]'],
]

/** A Pod in JSON, of which hardly anything is right. */
export function randomPod(dice: Random, at = ''): string {
  const members = Array.from({ length: dice.below(4) }, () => {
    const name = dice.pick(names[at] ?? [])
    const nested = at === '' && name !== '' && names[name] !== undefined && dice.chance(0.85)
    return `${nameText(dice, name)}:${nested ? randomPod(dice, name) : dice.pick(values)}`
  })
  return `{${members.join(dice.pick([',', ' , ']))}}`
}

const nameText = (dice: Random, name: string): string =>
  dice.chance(0.05)
    ? `"${[...name].map(letter => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"`
    : JSON.stringify(name)
