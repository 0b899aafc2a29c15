// What tests need of the system, and what is left out without it.
import { existsSync } from 'node:fs'
import { canInstallDebianPackages, hasProgram, installDebianPackages } from './install.mjs'

/**
 * Programs, and files of libraries, by the lane of tests that needs them, and the Debian packages that bring them.
 * `isLong`: run by `npm run test:full` only.
 * @type {{ lane: string, programs: string[], files?: string[], packages: string[], isLong?: true }[]}
 */
const lanes = [
  {
    lane: 'containers on Docker',
    programs: ['dockerd', 'docker', 'iptables'],
    packages: ['docker.io', 'iptables'],
  },
  { lane: 'containers on Podman', programs: ['podman'], packages: ['podman'], isLong: true },
  { lane: 'services in the kernel', programs: ['nft', 'ip'], packages: ['nftables', 'iproute2'] },
  { lane: 'the store on a real etcd', programs: ['etcd'], packages: ['etcd-server'] },
  { lane: 'the store under disk errors', programs: ['strace'], packages: ['strace'] },
  { lane: 'certificates as OpenSSL sees them', programs: ['openssl'], packages: ['openssl'] },
  {
    lane: 'clients in Python',
    programs: ['python3'],
    files: ['/var/lib/dpkg/info/python3-kubernetes.list'],
    packages: ['python3-kubernetes'],
  },
  {
    lane: 'clients in Ruby',
    programs: ['ruby'],
    files: ['/var/lib/dpkg/info/ruby-kubeclient.list'],
    packages: ['ruby-kubeclient'],
  },
  {
    lane: "Go's libraries, and those of Kubernetes, to be compared with",
    programs: ['go'],
    files: [
      '/usr/share/gocode/src/sigs.k8s.io/json',
      '/usr/share/gocode/src/sigs.k8s.io/structured-merge-diff',
      '/usr/share/gocode/src/k8s.io/kube-openapi',
    ],
    packages: [
      'golang-go',
      'golang-k8s-sigs-json-dev',
      'golang-k8s-sigs-structured-merge-diff-dev',
      'golang-k8s-sigs-yaml-dev',
      'golang-k8s-kube-openapi-dev',
      'golang-k8s-utils-dev',
    ],
    isLong: true,
  },
  { lane: 'a clock that jumps', programs: ['faketime'], packages: ['faketime'] },
  { lane: 'load through an Ingress', programs: ['wrk'], packages: ['wrk'] },
  { lane: 'the window in a real browser', programs: ['chromium'], packages: ['chromium'] },
]

/**
 * Installs what is missing where that can be done, without starting services. Returns a reason per lane that stays out.
 * @param {(text: string) => void} say
 * @param {{ full: boolean }} options `full`: for the long lanes, too
 * @returns {string[]}
 */
export function setUpTests(say, { full }) {
  const missing = () => lanes.filter(lane => (full || !lane.isLong) && lacking(lane).length)
  const before = missing()
  const packages = [...new Set(before.flatMap(lane => lane.packages))]
  if (before.length && canInstallDebianPackages()) {
    say(`Installing what tests need, without starting services: ${packages.join(' ')} …`)
    if (!installDebianPackages(packages))
      say('Not everything could be installed; apt says why above.')
  } else if (before.length) {
    say(
      `Some tests need packages that are missing. To run them too:\n  sudo apt-get install -y ${packages.join(' ')}`,
    )
  }
  const left = missing().map(lane => `${lane.lane}: ${lacking(lane).join(', ')} not installed`)
  const isRoot = process.getuid?.() === 0
  return isRoot ? left : [...left, 'services in the kernel, private engines: not run as root']
}

/** The programs and files of a lane that are not there. @param {{ programs: string[], files?: string[] }} lane */
function lacking({ programs, files = [] }) {
  return [...programs.filter(name => !hasProgram(name)), ...files.filter(file => !existsSync(file))]
}
