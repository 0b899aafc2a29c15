import { CommandLine } from '#platform/command-line.ts'
import { type AppOptions, appOptionNames, readAppOptions } from '../supervisor/app-options.ts'

/** The web host's own options beside those of every host. */
export interface WebOptions extends AppOptions {
  open: boolean
  uiPort: number
}

/** Reads the command line of `npm start -- --web`. Throws a `UsageError`. */
export function parseWebOptions(args: string[]): WebOptions {
  const line = new CommandLine(args, {
    texts: [...appOptionNames.texts, 'ui-port'],
    switches: [...appOptionNames.switches, 'no-open'],
  })
  return {
    ...readAppOptions(line),
    open: !line.has('no-open'),
    uiPort: line.integer('ui-port', { least: 0, most: 65_535 }) ?? 0,
  }
}
