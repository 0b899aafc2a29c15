import { expect, test } from 'vitest'
import { cacheDirectory, dataDirectory } from './paths.ts'

test.each([
  ['linux', {}, '/home/a', '/home/a/.local/share/slipway', '/home/a/.cache/slipway'],
  [
    'linux',
    { XDG_DATA_HOME: '/data', XDG_CACHE_HOME: 'relative' },
    '/home/a',
    '/data/slipway',
    '/home/a/.cache/slipway',
  ],
  [
    'darwin',
    {},
    '/Users/a',
    '/Users/a/Library/Application Support/Slipway',
    '/Users/a/Library/Caches/Slipway',
  ],
  [
    'win32',
    { LOCALAPPDATA: 'C:\\Users\\a\\AppData\\Local' },
    'C:\\Users\\a',
    'C:\\Users\\a\\AppData\\Local\\Slipway',
    'C:\\Users\\a\\AppData\\Local\\Slipway\\Cache',
  ],
] as const)('on %s with %o', (platform, env, home, data, cache) => {
  expect(dataDirectory({ platform, env, home })).toBe(data)
  expect(cacheDirectory({ platform, env, home })).toBe(cache)
})
