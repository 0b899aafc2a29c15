import { expect, test } from 'vitest'
import { UsageError } from '#platform/command-line.ts'
import { parseWebOptions } from './options.ts'

test('parseWebOptions keeps its own options and hands the cluster its own', () => {
  const options = parseWebOptions(
    '--no-open --ui-port 8080 --cluster a --runtime simulated --nodes=3 --kubeconfig none'.split(
      ' ',
    ),
  )
  expect(options).toMatchObject({ open: false, uiPort: 8080, cluster: 'a', kubeconfig: 'none' })
  expect(options.commonArgs).toEqual(['--kubeconfig', 'none'])
  expect(options.clusterArgs).toEqual(['--runtime', 'simulated', '--nodes', '3'])
})

test.each([['--ui-port', 'x'], ['--ui-port', '70000'], ['--unknown'], ['stray'], ['--cluster']])(
  'parseWebOptions refuses %s %s',
  (...args) => {
    expect(() => parseWebOptions(args.filter(Boolean))).toThrow(UsageError)
  },
)
