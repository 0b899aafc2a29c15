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
export function checkLedger(rows: LedgerRow[], results: TestResult[], page?: string): string[]
/** The tests that a proof names: the end of a file's path, and how the test's name starts. */
export function namedTests(proof: string): { file: string; name: string }[]
export interface ChecklistRow extends LedgerRow {
  id: string
}
export function parseChecklist(text: string): ChecklistRow[]
export function checkChecklist(rows: ChecklistRow[], results: TestResult[]): string[]
export interface ChecklistSection {
  line: number
  section: string
  ways: string[][]
}
export function parseSections(text: string): ChecklistSection[]
export function checkSections(sections: ChecklistSection[], rows: ChecklistRow[]): string[]
/** What is untrue in the pages of a folder, after a run with these results. */
export function readPages(docs: string, results: TestResult[]): { page: string; untrue: string[] }[]
