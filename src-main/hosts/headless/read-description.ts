import { readFile } from 'node:fs/promises'
import { errorMessage } from '#base/errors.ts'
import { UsageError } from '#platform/command-line.ts'

/** Reads the YAML or JSON file that an option names; what is wrong with it is a `UsageError` that names both. */
export async function readDescription<T>(
  option: string,
  file: string,
  understand: (document: unknown) => T | Promise<T>,
): Promise<T> {
  try {
    const [{ parse }, text] = await Promise.all([import('yaml'), readFile(file, 'utf8')])
    return await understand(parse(text))
  } catch (error) {
    throw new UsageError(`--${option} ${file}: ${errorMessage(error)}`)
  }
}
