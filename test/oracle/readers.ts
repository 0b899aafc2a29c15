import path from 'node:path'
import { Random } from '../fuzz/random.ts'
import { GoProgram, lacksGo } from '../support/go-program.ts'

/** Why the readers in Go don't run here; undefined when they do. */
export const lacksReaders = (): string | undefined =>
  lacksGo(['sigs.k8s.io/json', 'sigs.k8s.io/yaml', 'k8s.io/kube-openapi', 'k8s.io/utils'])

/** Starts the program that tells what Go's libraries, and those of Kubernetes, read. */
export const startReaders = (): Promise<GoProgram> =>
  GoProgram.start(path.join(import.meta.dirname, 'readers'))

/** What a reader read, or why it didn't. */
export interface Reading {
  value?: unknown
  error?: string
  /** What only the strict reader finds, or what is wrong by a schema. */
  errors?: string[]
  /** A fault in the reader, which a request would see as a 500. */
  panic?: string
}

/** The same each time; `SEED=…` plays others. */
export const random = (): Random => new Random(Number(process.env['SEED'] ?? 1))

/** Texts, and as many again as asked for that one or two changed letters make of them. */
export function withMutations(
  texts: readonly string[],
  count: number,
  { letters, dice }: { letters: string; dice: Random },
): string[] {
  const choices = [...letters]
  const mutate = (text: string) => {
    const result = [...text]
    for (let changes = 1 + dice.below(2); changes > 0; changes--)
      result.splice(
        dice.below(result.length + 1),
        dice.below(2),
        ...(dice.chance(0.7) ? [dice.pick(choices)] : []),
      )
    return result.join('')
  }
  return [...texts, ...Array.from({ length: count }, () => mutate(dice.pick(texts)))]
}
