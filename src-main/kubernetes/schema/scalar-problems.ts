/** What Go's base64 decoder would say of a string, or undefined. */
export function base64Problem(text: string): string | undefined {
  const clean = text.replaceAll(/[\r\n]/g, '')
  const bad = /[^A-Za-z0-9+/]/.exec(clean.replace(/={1,2}$/, ''))
  if (bad) return `illegal base64 data at input byte ${bad.index}`
  if (clean.length % 4 !== 0)
    return `illegal base64 data at input byte ${clean.length - (clean.length % 4)}`
  return undefined
}

const rfc3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)$/
const rfc3339Micro = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)\.(\d{6})(\d*)(Z|[+-]\d\d:\d\d)$/

/** What Go's time parser would say of an RFC 3339 time, or undefined. */
export function timeProblem(text: string, kind: 'time' | 'microTime'): string | undefined {
  if (text === '') return kind === 'time' ? undefined : goTimeError(text, kind)
  const matches = (kind === 'time' ? rfc3339 : rfc3339Micro).test(text)
  if (!matches) return goTimeError(text, kind)
  return Number.isNaN(Date.parse(text))
    ? `parsing time ${JSON.stringify(text)}: day out of range`
    : undefined
}

/** The layout's elements in order; the first that the text doesn't follow is the one Go names. */
const layoutElements: readonly (readonly [layout: string, pattern: RegExp])[] = [
  ['2006', /^\d{4}/],
  ['-', /^-/],
  ['01', /^\d\d/],
  ['-', /^-/],
  ['02', /^\d\d/],
  ['T', /^T/],
  ['15', /^\d\d/],
  [':', /^:/],
  ['04', /^\d\d/],
  [':', /^:/],
  ['05', /^\d\d/],
]

function goTimeError(text: string, kind: 'time' | 'microTime'): string {
  const micro = kind === 'microTime'
  const layout = micro ? '2006-01-02T15:04:05.000000Z07:00' : '2006-01-02T15:04:05Z07:00'
  const elements = [
    ...layoutElements,
    micro ? (['.000000', /^\.\d{6}/] as const) : (['', /^(\.\d+)?/] as const),
    ['Z07:00', /^(Z|[+-]\d\d:\d\d)/] as const,
  ]
  let rest = text
  for (const [element, pattern] of elements) {
    const found = pattern.exec(rest)
    if (!found)
      return `parsing time ${JSON.stringify(text)} as ${JSON.stringify(layout)}: cannot parse ${JSON.stringify(rest)} as ${JSON.stringify(element)}`
    rest = rest.slice(found[0].length)
  }
  return `parsing time ${JSON.stringify(text)}: extra text: ${JSON.stringify(rest)}`
}
