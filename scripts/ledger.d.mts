export interface LedgerRow {
  line: number
  behaviour: string
  state: string
  proof: string
}
export interface TestResult {
  file: string
  name: string
  state: string
}
export function parseLedger(text: string): LedgerRow[]
export function checkLedger(rows: LedgerRow[], results: TestResult[]): string[]
