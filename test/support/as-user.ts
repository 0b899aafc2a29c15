import path from 'node:path'

/** PATH as newcomers have it: without the Node.js of the project's own, which `npm start` has to find by itself. */
export const machinePath = (): string => {
  const folders = (process.env['PATH'] ?? '').split(':')
  const own = path.resolve('node_modules')
  return folders.filter(folder => !folder.startsWith(own)).join(':')
}

/**
 * A command line that runs another as an ordinary user: with these groups and no privilege, in this checkout wherever it
 * lies, and without the programs that are hidden. Needs root.
 */
export function asUser(
  command: string[],
  { user, groups, hidden = [] }: { user: number; groups: number[]; hidden?: string[] },
): string[] {
  const mountPoint = '/mnt'
  const script = [
    `mount --bind ${path.resolve('.')} ${mountPoint}`,
    ...hidden.map(
      name => `for p in $(which -a ${name}); do mount --bind /dev/null "$(realpath "$p")"; done`,
    ),
    `cd ${mountPoint}`,
    `exec setpriv --reuid ${user} --regid ${user} ${groups.length ? `--groups ${groups}` : '--clear-groups'} --bounding-set=-all --no-new-privs "$@"`,
  ].join('\n')
  return ['unshare', '-m', 'sh', '-ec', script, 'as-user', ...command]
}
