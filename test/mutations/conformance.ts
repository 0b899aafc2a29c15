import type { Mutation } from './mutation.ts'

const server = 'src-main/control-plane/apiserver'
const resources = 'src-main/control-plane/resources'
const controllers = 'src-main/control-plane/controllers'

/** A test of the official suite, by where its area's tests lie and how its codename begins. */
const suite = (file: string, test: string) => ({
  file: `test/conformance/suite/${file}.test.ts`,
  test,
})
const machinery = (file: string, test: string) =>
  suite(`apimachinery/${file}`, `[sig-api-machinery] ${test}`)

/** Faults that the tests of the official suite see. */
export const conformanceMutations: readonly Mutation[] = [
  {
    name: 'a watch with a selector never says that an object left its view',
    file: `${server}/cache/watch-item.ts`,
    find: 'if (wasIn && this.previous) {',
    replace: 'if (wasIn && this.previous && !this.current) {',
    caughtBy: machinery('watch', 'Watchers should observe an object deletion'),
  },
  {
    name: 'a watch from a version repeats that version',
    file: `${server}/handlers/watch.ts`,
    find: "const from = initial ? 'state' : version ? version :",
    replace: "const from = initial ? 'state' : version ? version - 1 :",
    caughtBy: machinery('watch', 'Watchers should be able to start watching'),
  },
  {
    name: 'a watch from a version forgets what came between',
    file: `${server}/cache/watcher.ts`,
    find: 'for (const event of this.#cache.eventsAfter(from)) this.deliver(event)',
    replace: '',
    caughtBy: machinery('watch', 'Watchers should be able to restart watching'),
  },
  {
    name: 'a list or watch ignores labels',
    file: `${server}/handlers/selection.ts`,
    find: 'if (hasLabels) tests.push(',
    replace: 'if (hasLabels && !prefix) tests.push(',
    caughtBy: machinery('watch', 'Watchers should observe add, update, and delete'),
  },
  {
    name: 'pages of a list are of several versions',
    file: `${server}/handlers/list.ts`,
    find: 'return decodeContinue(token, prefixOf(target))',
    replace:
      'return { after: decodeContinue(token, prefixOf(target)).after, at: target.cache.revision }',
    caughtBy: machinery('chunking', 'Servers with support for API chunking should return chunks'),
  },
  {
    name: 'a page says one item too few is left',
    file: `${server}/handlers/list.ts`,
    find: 'if (!selection.hasSelector) metadata.remainingItemCount = remaining',
    replace: 'if (!selection.hasSelector) metadata.remainingItemCount = remaining - 1',
    caughtBy: machinery('chunking', 'Servers with support for API chunking should return chunks'),
  },
  {
    name: 'a group prefers a version of another group',
    file: `${server}/discovery/discovery.ts`,
    find: 'groupVersion: apiVersionOf({ group: name, version }),',
    replace: "groupVersion: apiVersionOf({ group: 'other', version }),",
    caughtBy: machinery('discovery', 'Discovery should validate PreferredVersion'),
  },
  {
    name: 'aggregated discovery says nothing of scopes',
    file: `${server}/discovery/discovery.ts`,
    find: "scope: namespaced ? 'Namespaced' : 'Cluster',",
    replace: "scope: 'Cluster',",
    caughtBy: machinery(
      'aggregated-discovery',
      'AggregatedDiscovery should support raw aggregated discovery request for CRDs',
    ),
  },
  {
    name: 'a review is shown as a Table',
    file: `${server}/http/respond.ts`,
    find: "reply.kind !== 'value' || (reply.value as { kind?: string }).kind === 'Status'",
    replace: 'Boolean(reply)',
    caughtBy: machinery('table-conversion', 'Servers with support for Table transformation'),
  },
  {
    name: 'a namespace is emptied in any order',
    file: `${controllers}/namespace/namespace-content.ts`,
    find: 'if (left.objects.size > 0 || left.failures.length > 0) return left',
    replace: '',
    caughtBy: machinery('namespace', 'OrderedNamespaceDeletion namespace deletion'),
  },
  {
    name: 'a namespace goes while something of it is left',
    file: `${controllers}/namespace/namespace-content.ts`,
    find: "verbs.includes('delete') && verbs.includes('list'),",
    replace: "verbs.includes('delete') && verbs.includes('never'),",
    caughtBy: machinery(
      'namespace',
      'Namespaces [Serial] should ensure that all services are removed',
    ),
  },
  {
    name: 'a namespace loses the finalizers of others',
    file: `${resources}/namespaces.ts`,
    find: 'if (old.spec?.finalizers) namespace.spec.finalizers = old.spec.finalizers',
    replace: "if (old.spec?.finalizers) namespace.spec.finalizers = ['kubernetes']",
    caughtBy: machinery('namespace', 'Namespaces [Serial] should apply a finalizer'),
  },
  {
    name: 'a status cannot be patched',
    file: `${server}/handlers/subresource-parts.ts`,
    find: "copyField('status')(target, from)\n  },\n  binding",
    replace: '},\n  binding',
    caughtBy: machinery(
      'namespace',
      'Namespaces [Serial] should apply changes to a namespace status',
    ),
  },
  {
    name: 'what is deleted still counts towards a quota',
    file: `${controllers}/resourcequota.ts`,
    find: 'if (semanticEqual(quota.status, status)) return false',
    replace: 'if (quota.status?.used) return false',
    caughtBy: machinery(
      'resource-quota',
      'ResourceQuota should create a ResourceQuota and capture the life of a configMap',
    ),
  },
  {
    name: 'a quota may be exceeded',
    file: `${server}/admission/resource-quota/charge-quotas.ts`,
    find: "compareQuantities(next[name] ?? '0', hard[name] ?? '0') > 0",
    replace: "compareQuantities(next[name] ?? '0', hard[name] ?? '0') > 1",
    caughtBy: machinery(
      'resource-quota',
      'ResourceQuota should create a ResourceQuota and capture the life of a pod',
    ),
  },
  {
    name: 'quotas for pods that end count all pods',
    file: 'src-main/kubernetes/quota/quota-scopes.ts',
    find: 'return spec.activeDeadlineSeconds !== undefined',
    replace: 'return spec !== undefined',
    caughtBy: machinery(
      'resource-quota',
      'ResourceQuota should verify ResourceQuota with terminating',
    ),
  },
  {
    name: 'quotas for pods of best effort count all pods',
    file: 'src-main/kubernetes/quota/quota-scopes.ts',
    find: "return status?.qosClass === 'BestEffort'",
    replace: 'return status !== undefined',
    caughtBy: machinery(
      'resource-quota',
      'ResourceQuota should verify ResourceQuota with best effort',
    ),
  },
  {
    name: "a quota's status does not follow its limits",
    file: `${controllers}/resourcequota.ts`,
    find: '...(quota.spec.hard ? { hard: quota.spec.hard } : {}), used }',
    replace: 'hard: quota.status?.hard ?? quota.spec.hard ?? {}, used }',
    caughtBy: machinery(
      'resource-quota-writes',
      'ResourceQuota should apply changes to a resourcequota status',
    ),
  },
  {
    name: 'unknown fields are dropped without a word',
    file: 'src-main/kubernetes/schema/check-fields.ts',
    find: 'this.unknown.push(path)',
    replace: '',
    caughtBy: machinery('field-validation', 'FieldValidation should detect unknown and duplicate'),
  },
  {
    name: 'metadata of embedded objects may say anything',
    file: `${resources}/shared/custom-resource/prune.ts`,
    find: "if (name === 'metadata' && !place.isRoot) pruneMetadata(value[name], path, place.pruned)",
    replace: '',
    caughtBy: machinery(
      'field-validation',
      'FieldValidation should detect unknown metadata fields in both',
    ),
  },
  {
    name: 'unknown fields of custom resources are taken in strict requests',
    file: `${resources}/shared/custom-resource/prune.ts`,
    find: 'place.pruned.push(path)',
    replace: '',
    caughtBy: machinery('field-validation', 'FieldValidation should create/apply an invalid CR'),
  },
  {
    name: 'defaults of custom resources are not filled in on reads',
    file: `${resources}/shared/custom-resource/custom-resource.ts`,
    find: 'prune(copy, schema)\n    fillDefaults(copy, schema)',
    replace: 'prune(copy, schema)',
    caughtBy: machinery(
      'custom-resource-definition',
      'CustomResourceDefinition resources [Privileged:ClusterAdmin] custom resource defaulting',
    ),
  },
  {
    name: 'fields of custom resources select nothing',
    file: `${resources}/shared/custom-resource/custom-resource.ts`,
    find: 'jsonPathText(valueAt(object, segments))',
    replace: 'jsonPathText(valueAt(object, segments.slice(0, -1)))',
    caughtBy: machinery('crd-selectable-fields', 'CustomResourceFieldSelectors'),
  },
  {
    name: 'a version that is not served is still published',
    file: `${resources}/shared/custom-resource/custom-resource.ts`,
    find: '.filter(version => version.served)',
    replace: '.filter(version => version.name)',
    caughtBy: machinery(
      'crd-publish-openapi',
      'CustomResourcePublishOpenAPI [Privileged:ClusterAdmin] removes definition',
    ),
  },
  {
    name: 'orphans are deleted with their owner',
    file: `${controllers}/garbage-collector/collector.ts`,
    find: 'if (live && references?.length) await this.#dropOwners(dependent.type, live, references)',
    replace: '',
    caughtBy: machinery('garbage-collector', 'Garbage collector should orphan pods created by rc'),
  },
  {
    name: 'an owner goes before what it waits for',
    file: `${controllers}/garbage-collector/ownership-graph.ts`,
    find: '({ uid, blockOwnerDeletion }) => uid === owner.uid && blockOwnerDeletion,',
    replace: '({ uid, blockOwnerDeletion }) => uid === owner.uid && !blockOwnerDeletion,',
    caughtBy: machinery('garbage-collector', 'Garbage collector should keep the rc around'),
  },
  {
    name: 'what has another owner goes with the first',
    file: `${controllers}/garbage-collector/collector.ts`,
    find: 'if (solid.length > 0) {',
    replace: 'if (solid.length > 1) {',
    caughtBy: machinery('garbage-collector', 'Garbage collector should not delete dependents'),
  },
  {
    name: 'a circle of owners is never let go',
    file: `${controllers}/garbage-collector/collector.ts`,
    find: 'await this.#unblock(type, live)',
    replace: 'return',
    caughtBy: machinery('garbage-collector', 'Garbage collector should not be blocked'),
  },
  {
    name: "an account's wish for no token is not heard",
    file: `${server}/admission/service-account.ts`,
    find: 'spec.automountServiceAccountToken ?? account.automountServiceAccountToken',
    replace: 'spec.automountServiceAccountToken',
    caughtBy: suite('auth/service-accounts', '[sig-auth] ServiceAccounts should allow opting out'),
  },
  {
    name: 'the root certificate is not put back',
    file: `${controllers}/root-ca-certificate-publisher.ts`,
    find: 'on(informers.configMaps, { updated: wake, deleted: wake })',
    replace: 'on(informers.configMaps, { deleted: wake })',
    caughtBy: suite(
      'auth/service-accounts',
      '[sig-auth] ServiceAccounts should guarantee kube-root-ca.crt',
    ),
  },
  {
    name: 'any token is good',
    file: `${server}/handlers/reviews.ts`,
    find: "{ user: {}, error: 'invalid bearer token' }",
    replace: '{ authenticated: true, user: {} }',
    caughtBy: suite(
      'auth/service-accounts',
      '[sig-auth] ServiceAccounts should create a serviceAccountToken',
    ),
  },
  {
    name: 'a local review asks about the cluster',
    file: `${server}/handlers/reviews.ts`,
    find: "namespace: asked.namespace ?? '',",
    replace: "namespace: '',",
    caughtBy: suite('auth/subject-reviews', '[sig-auth] SubjectReview should support'),
  },
  {
    name: 'an approval carries no annotations',
    file: `${server}/handlers/subresource-parts.ts`,
    find: 'const request = target as CertificateSigningRequest\n    target.metadata = { ...from.metadata }',
    replace: 'const request = target as CertificateSigningRequest',
    caughtBy: suite('auth/certificates', '[sig-auth] Certificates API'),
  },
  {
    name: 'a dry run is stored',
    file: `${server}/handlers/object-writer.ts`,
    find: 'const { definition, dryRun } = write',
    replace: 'const { definition } = write\n    const dryRun = false',
    caughtBy: suite('kubectl/kubectl', '[sig-cli] Kubectl client Kubectl server-side dry-run'),
  },
  {
    name: 'a collection is deleted whatever is selected',
    file: `${server}/handlers/delete-collection.ts`,
    find: 'readSelection(definition, context.info, context.request.query)',
    replace: 'readSelection(definition, context.info, new URLSearchParams())',
    caughtBy: machinery(
      'custom-resource-definition',
      'CustomResourceDefinition resources [Privileged:ClusterAdmin] Simple CustomResourceDefinition listing',
    ),
  },
  {
    name: 'a policy refuses in words of its own',
    file: `${server}/admission/validating-policies/ask-policies.ts`,
    find: 'denied request: ',
    replace: 'refused: ',
    caughtBy: machinery(
      'validating-admission-policy',
      'ValidatingAdmissionPolicy [Privileged:ClusterAdmin] should validate against a Deployment',
    ),
  },
  {
    name: 'expressions of policies know no variables',
    file: `${server}/admission/validating-policies/evaluate-policy.ts`,
    find: "this.#lookup = name => (name === 'variables' ? variables : lookup(name))",
    replace: 'this.#lookup = lookup',
    caughtBy: machinery(
      'validating-admission-policy',
      'ValidatingAdmissionPolicy [Privileged:ClusterAdmin] should allow expressions',
    ),
  },
  {
    name: 'objects cannot be selected by name',
    file: `${server}/handlers/selection.ts`,
    find: "if (field === 'metadata.name') return object.metadata.name",
    replace: "if (field === 'metadata.name') return ''",
    caughtBy: machinery('crd-watch', 'CustomResourceDefinition Watch'),
  },
  {
    name: 'what lost its owner stays',
    file: `${controllers}/garbage-collector/collector.ts`,
    find: 'if (dangling.length + waiting.length > 0) {\n      await this.#delete(',
    replace: 'if (waiting.length > 0) {\n      await this.#delete(',
    caughtBy: machinery('garbage-collector', 'Garbage collector should delete RS created'),
  },
  {
    name: 'discovery names no deletecollection',
    file: `${server}/discovery/resource-list.ts`,
    find: "  'deletecollection',\n  'get',\n  'list',\n  'patch',",
    replace: "  'get',\n  'list',\n  'patch',",
    caughtBy: machinery('flowcontrol', 'API priority and fairness should support FlowSchema'),
  },
  {
    name: 'the minor version is no number',
    file: `${server}/version.ts`,
    find: "  minor: '35',",
    replace: "  minor: '35.6',",
    caughtBy: machinery('server-version', 'server version should find'),
  },
  {
    name: 'the core API has no versions',
    file: `${server}/discovery/discovery-routes.ts`,
    find: "versions: ['v1'],",
    replace: 'versions: [],',
    caughtBy: suite(
      'kubectl/kubectl',
      '[sig-cli] Kubectl client Proxy server should support proxy',
    ),
  },
  {
    name: 'an expired list cannot be gone on with',
    file: `${server}/handlers/list.ts`,
    find: 'metadata: { continue: encodeContinue({ at: now, after }) },',
    replace: 'metadata: {},',
    caughtBy: machinery(
      'chunking',
      'Servers with support for API chunking should support continue',
    ),
  },
]
