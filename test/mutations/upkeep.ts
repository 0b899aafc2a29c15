import type { Mutation } from './mutation.ts'

const controllers = 'src-main/control-plane/controllers'
const upkeep = 'test/integration/controllers/upkeep.test.ts'
const podVolumes = 'test/integration/controllers/pod-volumes.test.ts'
const jobs = 'test/integration/controllers/jobs.test.ts'
const roles = { file: upkeep, test: 'a role gathers the rules' }
const namespaceParts = { file: upkeep, test: 'a namespace keeps its default' }
const inUse = { file: upkeep, test: 'a claim stays while a pod has it' }
const attributes = { file: podVolumes, test: 'a class of volume attributes goes' }
const ttl = { file: upkeep, test: 'nodes are told how long' }

/** Faults of those who keep small things in order. */
export const upkeepMutations: readonly Mutation[] = [
  {
    name: 'a role gathers its own rules',
    file: `${controllers}/clusterrole-aggregation.ts`,
    find: '.filter(other => other.metadata.name !== role.metadata.name)',
    replace: '.filter(() => true)',
    caughtBy: roles,
  },
  {
    name: 'a role gathers the same rule twice',
    file: `${controllers}/clusterrole-aggregation.ts`,
    find: 'if (!rules.some(known => semanticEqual(known, rule))) rules.push(rule)',
    replace: 'rules.push(rule)',
    caughtBy: roles,
  },
  {
    name: 'a role keeps the rules of a role that it selects no more',
    file: `${controllers}/clusterrole-aggregation.ts`,
    find: 'updated: wakeAggregating,',
    replace: '',
    caughtBy: roles,
  },
  {
    name: 'a default service account that was deleted stays away',
    file: `${controllers}/serviceaccount.ts`,
    find: 'if (metadata.name === name && metadata.namespace) queue.add(metadata.namespace)',
    replace: 'if (metadata.name !== name && metadata.namespace) queue.add(metadata.namespace)',
    caughtBy: namespaceParts,
  },
  {
    name: 'the default service account has another name',
    file: `${controllers}/serviceaccount.ts`,
    find: "const name = 'default'",
    replace: "const name = 'standard'",
    caughtBy: namespaceParts,
  },
  {
    name: 'namespaces that begin get no service account',
    file: `${controllers}/serviceaccount.ts`,
    find: "if (informer.get(namespace)?.status?.phase === 'Terminating') return undefined",
    replace: "if (informer.get(namespace)?.status?.phase !== 'Terminating') return undefined",
    caughtBy: namespaceParts,
  },
  {
    name: 'an authority that was deleted stays away',
    file: `${controllers}/root-ca-certificate-publisher.ts`,
    find: 'on(informers.configMaps, { updated: wake, deleted: wake })',
    replace: 'on(informers.configMaps, { updated: wake })',
    caughtBy: namespaceParts,
  },
  {
    name: 'a forged authority stays',
    file: `${controllers}/root-ca-certificate-publisher.ts`,
    find: '} else if (!semanticEqual(known.data, data) || !known.metadata.annotations) {',
    replace: '} else if (!known.metadata.annotations) {',
    caughtBy: namespaceParts,
  },
  {
    name: 'the authority is published under another key',
    file: `${controllers}/root-ca-certificate-publisher.ts`,
    find: "const data = { 'ca.crt': rootCertificate }",
    replace: 'const data = { ca: rootCertificate }',
    caughtBy: namespaceParts,
  },
  {
    name: 'a bound volume goes',
    file: `${controllers}/persistentvolume-protection.ts`,
    find: "if (volume.status?.phase === 'Bound') return undefined",
    replace: "if (volume.status?.phase === 'Pending') return undefined",
    caughtBy: inUse,
  },
  {
    name: 'a volume that is free does not go',
    file: `${controllers}/persistentvolume-protection.ts`,
    find: 'finalizers.filter(name => name !== finalizer)',
    replace: 'finalizers.filter(name => name === finalizer)',
    caughtBy: inUse,
  },
  {
    name: 'a volume is let go before it is deleted',
    file: `${controllers}/persistentvolume-protection.ts`,
    find: 'if (!volume || !deletionTimestamp || !finalizers.includes(finalizer)) return undefined',
    replace:
      'if (!volume || deletionTimestamp || !finalizers.includes(finalizer)) return undefined',
    caughtBy: inUse,
  },
  {
    name: 'a claim does not notice that its pod is gone',
    file: `${controllers}/persistentvolumeclaim-protection.ts`,
    find: 'deleted: wake,',
    replace: '',
    caughtBy: inUse,
  },
  {
    name: 'a claim counts as used by nobody',
    file: `${controllers}/persistentvolumeclaim-protection.ts`,
    find: '.some(pod => pod.spec?.nodeName && !isPodTerminal(pod))',
    replace: '.some(pod => !pod.spec?.nodeName && !isPodTerminal(pod))',
    caughtBy: inUse,
  },
  {
    name: 'a class of attributes goes while a claim has it',
    file: `${controllers}/volumeattributesclass-protection.ts`,
    find: 'if (isUsed) return undefined',
    replace: 'if (!isUsed) return undefined',
    caughtBy: attributes,
  },
  {
    name: 'a class of attributes does not notice that a claim is gone',
    file: `${controllers}/volumeattributesclass-protection.ts`,
    find: 'deleted: claim => wake(classesOfClaim(claim)),',
    replace: '',
    caughtBy: attributes,
  },
  {
    name: 'what a claim asks of attributes does not count',
    file: `${controllers}/volumeattributesclass-protection.ts`,
    find: '  spec?.volumeAttributesClassName,\n  status?.currentVolumeAttributesClassName,',
    replace: '  status?.currentVolumeAttributesClassName,',
    caughtBy: attributes,
  },
  {
    name: 'a hundred nodes count as many',
    file: `${controllers}/ttl.ts`,
    find: '{ nodes: 101, seconds: 15 },',
    replace: '{ nodes: 100, seconds: 15 },',
    caughtBy: ttl,
  },
  {
    name: 'nodes are not told when others come',
    file: `${controllers}/ttl.ts`,
    find: 'on(informer, { added: recount, deleted: recount })',
    replace: 'on(informer, { deleted: recount })',
    caughtBy: ttl,
  },
  {
    name: 'nodes are not told when others go',
    file: `${controllers}/ttl.ts`,
    find: 'on(informer, { added: recount, deleted: recount })',
    replace: 'on(informer, { added: recount })',
    caughtBy: ttl,
  },
  {
    name: 'a job that succeeded stays',
    file: `${controllers}/ttl-after-finished.ts`,
    find: "status === 'True' && (type === 'Complete' || type === 'Failed'),",
    replace: "status === 'True' && type === 'Failed',",
    caughtBy: { file: jobs, test: 'a job that ended is deleted' },
  },
  {
    name: 'the pods of an ended job stay',
    file: `${controllers}/ttl-after-finished.ts`,
    find: "propagationPolicy: 'Foreground',",
    replace: "propagationPolicy: 'Orphan',",
    caughtBy: { file: jobs, test: 'a job that ended is deleted' },
  },
  {
    name: 'growth is told under another reason',
    file: `${controllers}/persistentvolume-expander.ts`,
    find: "reason: 'ExternalExpanding'",
    replace: "reason: 'ExternalExpansion'",
    caughtBy: { file: podVolumes, test: 'a bound claim that asks for more' },
  },
  {
    name: 'a claim of another volume is said to grow',
    file: `${controllers}/persistentvolume-expander.ts`,
    find: 'if (volume?.spec?.claimRef?.uid !== claim.metadata.uid) return undefined',
    replace: 'if (volume?.spec?.claimRef?.uid === claim.metadata.uid) return undefined',
    caughtBy: { file: podVolumes, test: 'a bound claim that asks for more' },
  },
]
