import { readFileSync } from 'node:fs'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Begins with the files that have a test which the official suite marks `[Slow]`: they wait while others work. */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const rank = ({ moduleId }: TestSpecification) => (isSlow(moduleId) ? 0 : 1)
    return sorted.toSorted((a, b) => rank(a) - rank(b))
  }
}

const isSlow = (file: string): boolean =>
  file.includes('/conformance/suite/') && readFileSync(file, 'utf8').includes('[Slow]')
