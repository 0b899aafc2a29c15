export interface TestResult {
  file: string
  name: string
  state: 'passed' | 'failed' | 'skipped'
  /** Passed only at a second try. */
  repeated?: true
  why?: string
}
export function readVitest(report: unknown): TestResult[]
export function readPlaywright(report: unknown): TestResult[]
export function summarize(results: TestResult[]): string
export function isGood(results: TestResult[]): boolean
export function failedFiles(results: TestResult[]): string[]
/** Of Vitest's JSON of both, as `readVitest` takes it. */
export function withSecondTry(first: unknown, second: unknown): unknown
