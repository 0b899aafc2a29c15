import { readdirSync } from 'node:fs'
import { chmod, mkdir, readdir, rm, statfs, writeFile } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { runChecked } from '#platform/processes.ts'
import { asUser } from '../../support/as-user.ts'
import { TestHome } from '../../support/headless.ts'
import { kubectl } from '../../support/kubectl.ts'
import { lacksRoot, titled } from '../../support/lanes.ts'

const user = 64_161

/** A file system of its own, of so many KiB, where a home keeps its data; away when it is disposed. */
async function smallDisk(home: TestHome, sizeKiB: number) {
  const folder = home.file('data')
  await mkdir(folder)
  await runChecked('mount', ['-t', 'tmpfs', '-o', `size=${sizeKiB}k`, 'tmpfs', folder])
  return {
    folder,
    [Symbol.asyncDispose]: async () => {
      await runChecked('umount', ['-l', folder])
    },
  }
}

describe.skipIf(lacksRoot)(titled('a disk that is full', lacksRoot), () => {
  test('while the cluster runs: writes are refused with the reason, and nothing is lost', async () => {
    await using home = await TestHome.make()
    await using disk = await smallDisk(home, 24 * 1024)
    const { folder } = disk
    const { kubeconfig } = await home.start().ready()
    const create = (name: string, size = 1) =>
      kubectl(kubeconfig, ['create', 'configmap', name, `--from-literal=a=${'x'.repeat(size)}`])
    expect((await create('before')).code).toBe(0)
    const filler = `${folder}/filler`
    const { bavail, bsize } = await statfs(folder)
    await writeFile(filler, Buffer.alloc(bavail * bsize))
    const refused = await create('refused', 100_000)
    expect(refused.code).not.toBe(0)
    expect(refused.stderr).toMatch(/disk.*full|no space left/i)
    const read = await kubectl(kubeconfig, ['get', 'configmap', '-o', 'name'])
    expect(read.stdout).toContain('configmap/before\n')
    expect(read.stdout).not.toContain('configmap/refused')
    await rm(filler)
    expect((await create('after', 100_000)).stderr).toBe('')
    const names = (await kubectl(kubeconfig, ['get', 'configmap', '-o', 'name'])).stdout
    expect(names).toContain('configmap/before\n')
    expect(names).toContain('configmap/after\n')
  })

  test('when the cluster is to start: it is said, with the folder', async () => {
    await using home = await TestHome.make()
    await using disk = await smallDisk(home, 16)
    const host = home.start()
    expect(await host.exit()).toBe(1)
    expect(host.stderr).toMatch(/disk.*full|no space left|ENOSPC/i)
    expect(host.stderr).toContain(disk.folder)
    expect(host.stdout).toBe('')
  })
})

test.skipIf(lacksRoot)(
  titled("a data directory that is somebody else's is named, with the way out", lacksRoot),
  async () => {
    await using home = await TestHome.make()
    await mkdir(home.file('data'), { mode: 0o755 })
    await chmod(home.directory, 0o755)
    const [command = '', ...args] = asUser([process.execPath, ...home.hostCommand()], {
      user,
      groups: [],
    })
    const host = home.run(command, args)
    expect(await host.exit()).toBe(1)
    expect(host.stderr).toContain(`${home.file('data')}/clusters/local can't be written`)
    expect(host.stderr).toContain('EACCES')
    expect(host.stderr).toContain('--data-dir')
  },
)

test('a database of a newer version is refused and left as it is', async () => {
  await using home = await TestHome.make()
  const first = home.start()
  await first.ready()
  await first.end()
  const folder = home.file('data/clusters/local/store')
  const [name = ''] = readdirSync(folder)
  using database = new DatabaseSync(`${folder}/${name}`)
  database.exec('PRAGMA user_version = 99')
  database.close()
  const second = home.start()
  expect(await second.exit()).toBe(1)
  expect(second.stderr).toContain(`${folder}/${name}`)
  expect(second.stderr).toMatch(/newer/)
  expect(await readdir(folder)).toEqual([name])
})

test('malformed YAML is answered by kubectl with its line', async () => {
  await using home = await TestHome.make()
  const { kubeconfig } = await home.start().ready()
  const input = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n name: b\n'
  const { code, stderr } = await kubectl(kubeconfig, ['apply', '-f', '-'], { input })
  expect(code).toBe(1)
  expect(stderr).toMatch(/yaml: line 4: did not find expected key/)
})
