/** Something wrong with an expression, at an offset of its text in code points. */
export interface Issue {
  offset: number
  message: string
}

/** Thrown by the parser; the rest of the expression isn't looked at. */
export class SyntaxIssue extends Error {
  readonly issue: Issue

  constructor(offset: number, message: string) {
    super(message)
    this.name = 'SyntaxIssue'
    this.issue = { offset, message }
  }
}

/**
 * Issues in the form of cel-go, which clients see in Kubernetes' errors: each with its line and column, the line
 * itself and a pointer below it.
 */
export function formatIssues(source: string, issues: readonly Issue[]): string {
  const points = [...source]
  return issues
    .toSorted((a, b) => a.offset - b.offset)
    .map(issue => formatIssue(points, issue))
    .join('\n')
}

function formatIssue(points: readonly string[], { offset, message }: Issue): string {
  const before = points.slice(0, offset)
  const line = before.filter(point => point === '\n').length + 1
  const lineStart = before.lastIndexOf('\n') + 1
  const lineEnd = points.indexOf('\n', lineStart)
  const text = points.slice(lineStart, lineEnd < 0 ? undefined : lineEnd).join('')
  const column = offset - lineStart
  const head = `ERROR: <input>:${line}:${column + 1}: ${message}`
  return `${head}\n | ${text.replaceAll('\t', ' ')}\n | ${'.'.repeat(column)}^`
}
