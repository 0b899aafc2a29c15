import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type {
  ValidatingAdmissionPolicyBindingSpec,
  ValidatingAdmissionPolicySpec,
} from '#kubernetes/api/admissionregistration-v1.ts'
import { CustomResourceClient, definition, onlyVersion } from '../../support/custom-resources.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'

let cluster: TestCluster
let api: CustomResourceClient

beforeAll(async () => {
  cluster = await startCluster({ controllers: false })
  api = new CustomResourceClient(cluster)
})
afterAll(() => cluster?.[Symbol.asyncDispose]())

const root = '/apis/admissionregistration.k8s.io/v1'
const policies = `${root}/validatingadmissionpolicies`
const bindings = `${root}/validatingadmissionpolicybindings`
const configMaps = (namespace: string) => `/api/v1/namespaces/${namespace}/configmaps`

let serial = 0

/** A namespace of its own for each test, which the policies of the test are about. */
async function newNamespace(labels: Record<string, string> = {}): Promise<string> {
  const name = `space-${serial++}`
  const answer = await api.send('POST', '/api/v1/namespaces', { metadata: { name, labels } })
  expect(answer.status, answer.text).toBe(201)
  return name
}

const configMapRule = {
  apiGroups: [''],
  apiVersions: ['v1'],
  operations: ['CREATE' as const, 'UPDATE' as const, 'DELETE' as const],
  resources: ['configmaps'],
}

const policy = (name: string, spec: ValidatingAdmissionPolicySpec) => ({
  metadata: { name },
  spec: { matchConstraints: { resourceRules: [configMapRule] }, ...spec },
})

/** Creates a policy about config maps and binds it to a namespace. */
async function bind(
  name: string,
  namespace: string,
  spec: ValidatingAdmissionPolicySpec,
  binding: ValidatingAdmissionPolicyBindingSpec = {},
): Promise<void> {
  const created = await api.send('POST', policies, policy(name, spec))
  expect(created.status, created.text).toBe(201)
  const bound = await api.send('POST', bindings, {
    metadata: { name: `${name}-binding` },
    spec: {
      policyName: name,
      validationActions: ['Deny'],
      matchResources: {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
      },
      ...binding,
    },
  })
  expect(bound.status, bound.text).toBe(201)
}

const configMap = (name: string, data: Record<string, string> = {}, labels = {}) => ({
  metadata: { name, labels },
  data,
})

describe('a policy that is bound', () => {
  test('refuses what its expression speaks against', async () => {
    const namespace = await newNamespace()
    await bind('size', namespace, { validations: [{ expression: "object.data['n'] != '9'" }] })
    expect((await api.send('POST', configMaps(namespace), configMap('a', { n: '1' }))).status).toBe(
      201,
    )
    const { status, json } = await api.send(
      'POST',
      configMaps(namespace),
      configMap('b', { n: '9' }),
    )
    const message =
      "ValidatingAdmissionPolicy 'size' with binding 'size-binding' denied request: failed expression: object.data['n'] != '9'"
    expect(status).toBe(422)
    expect(json).toMatchObject({
      reason: 'Invalid',
      code: 422,
      message: `configmaps "b" is forbidden: ${message}`,
      details: { name: 'b', kind: 'configmaps', causes: [{ message }] },
    })
    const elsewhere = await newNamespace()
    expect((await api.send('POST', configMaps(elsewhere), configMap('b', { n: '9' }))).status).toBe(
      201,
    )
  })

  test('answers with its message and reason', async () => {
    const namespace = await newNamespace()
    await bind('messages', namespace, {
      variables: [{ name: 'size', expression: 'object.data.size()' }],
      validations: [
        {
          expression: 'variables.size < 3',
          messageExpression: "'has ' + string(variables.size) + ' entries'",
          message: 'too many',
          reason: 'Forbidden',
        },
        { expression: "!('x' in object.data)", message: ' no x ' },
      ],
    })
    const create = (data: Record<string, string>) =>
      api.send('POST', configMaps(namespace), configMap('m', data))
    const many = await create({ a: '', b: '', c: '' })
    expect(many.status).toBe(403)
    expect(many.json.reason).toBe('Forbidden')
    expect(many.json.message).toContain('denied request: has 3 entries')
    expect((await create({ x: '' })).json.message).toContain('denied request: no x')
  })

  test('only warns when it is bound so, and says nothing where it only audits', async () => {
    const namespace = await newNamespace()
    const spec = { validations: [{ expression: 'false', message: 'never' }] }
    await bind('warning', namespace, spec, {
      policyName: 'warning',
      validationActions: ['Warn', 'Audit'],
      matchResources: {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
      },
    })
    const { status, headers } = await api.send('POST', configMaps(namespace), configMap('w'))
    expect(status).toBe(201)
    expect(headers['warning']).toContain(
      "Validation failed for ValidatingAdmissionPolicy 'warning' with binding 'warning-binding': never",
    )
  })

  test('sees the request, the object before, the namespace and what the sender may do', async () => {
    const namespace = await newNamespace({ team: 'blue' })
    await bind('seeing', namespace, {
      validations: [
        {
          expression: "request.operation != 'UPDATE' || oldObject.data.a == object.data.a",
          message: 'a is fixed',
        },
        {
          expression: "request.operation != 'DELETE' || oldObject.metadata.name != 'kept'",
          message: 'is kept',
        },
        { expression: "namespaceObject.metadata.labels['team'] == 'blue'", message: 'team' },
        {
          expression:
            "request.resource.resource == 'configmaps' && request.userInfo.groups.exists(g, g == 'system:masters')",
          message: 'group',
        },
        {
          expression:
            "authorizer.group('').resource('secrets').namespace(request.namespace).check('delete').allowed()",
          message: 'masters may',
        },
        {
          expression:
            "!authorizer.serviceAccount('default', 'default').group('').resource('configmaps').check('create').allowed()",
          message: 'others may not',
        },
        {
          expression:
            "authorizer.requestResource.check(request.operation == 'DELETE' ? 'delete' : 'create').allowed()",
          message: 'resource',
        },
      ],
    })
    const target = configMaps(namespace)
    const created = await api.send('POST', target, configMap('kept', { a: '1' }))
    expect(created.status, created.text).toBe(201)
    const changed = await api.merge(`${target}/kept`, { data: { a: '2' } })
    expect(changed.json.message).toContain('a is fixed')
    expect((await api.merge(`${target}/kept`, { data: { b: '2' } })).status).toBe(200)
    expect((await api.send('DELETE', `${target}/kept`)).json.message).toContain('is kept')
  })

  test('is asked only under its conditions, for the objects that it chooses', async () => {
    const namespace = await newNamespace()
    await bind('choosy', namespace, {
      matchConstraints: {
        resourceRules: [configMapRule],
        excludeResourceRules: [{ ...configMapRule, resourceNames: ['spared'] }],
        objectSelector: { matchLabels: { checked: 'yes' } },
      },
      matchConditions: [{ name: 'not-a', expression: "object.metadata.name != 'a'" }],
      validations: [{ expression: 'false' }],
    })
    const create = async (name: string, labels = {}) =>
      (await api.send('POST', configMaps(namespace), configMap(name, {}, labels))).status
    expect(await create('plain')).toBe(201)
    expect(await create('a', { checked: 'yes' })).toBe(201)
    expect(await create('spared', { checked: 'yes' })).toBe(201)
    expect(await create('b', { checked: 'yes' })).toBe(422)
  })

  test('whose evaluation fails refuses, unless failures are to be ignored', async () => {
    const namespace = await newNamespace()
    await bind('failing', namespace, {
      validations: [{ expression: 'object.data.missing == "x"' }],
    })
    const { json } = await api.send('POST', configMaps(namespace), configMap('f', { a: 'b' }))
    expect(json.message).toContain(
      'denied request: expression \'object.data.missing == "x"\' resulted in error: no such key: missing',
    )
    const lenient = await newNamespace()
    await bind('ignoring', lenient, {
      failurePolicy: 'Ignore',
      validations: [{ expression: 'object.data.missing == "x"' }],
    })
    expect((await api.send('POST', configMaps(lenient), configMap('f', { a: 'b' }))).status).toBe(
      201,
    )
  })

  test('ends what costs too much', async () => {
    const namespace = await newNamespace()
    await bind('costly', namespace, {
      validations: [
        { expression: 'object.data.all(a, object.data.all(b, object.data.all(c, a != "z")))' },
      ],
    })
    const data = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`k${index}`, '']))
    const started = performance.now()
    const { json } = await api.send('POST', configMaps(namespace), configMap('c', data))
    expect(json.message).toContain('operation cancelled: actual cost limit exceeded')
    expect(performance.now() - started).toBeLessThan(5000)
  })

  test('acts no longer once its binding is gone', async () => {
    const namespace = await newNamespace()
    await bind('ending', namespace, { validations: [{ expression: 'false' }] })
    const create = async () =>
      (await api.send('POST', configMaps(namespace), configMap('e'))).status
    expect(await create()).toBe(422)
    await api.send('DELETE', `${bindings}/ending-binding`)
    expect(await create()).toBe(201)
  })
})

describe('parameters', () => {
  test('come from objects that the binding names, of the namespace of the request', async () => {
    const namespace = await newNamespace()
    const spec = {
      paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
      validations: [
        {
          expression:
            "object.metadata.name.startsWith('limit') || object.data.size() <= int(params.data.max)",
          messageExpression: "'at most ' + params.data.max",
        },
      ],
    }
    await bind('params', namespace, spec, {
      policyName: 'params',
      paramRef: { name: 'limits', parameterNotFoundAction: 'Deny' },
      validationActions: ['Deny'],
      matchResources: {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
      },
    })
    const target = configMaps(namespace)
    const early = await api.send('POST', target, configMap('a', { x: '' }))
    expect(early.json.message).toContain(
      'denied request: failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction',
    )
    await api.send('DELETE', `${bindings}/params-binding`)
    await api.send('POST', target, configMap('limits', { max: '1' }))
    await api.send('POST', bindings, {
      metadata: { name: 'params-binding' },
      spec: {
        policyName: 'params',
        paramRef: { name: 'limits', parameterNotFoundAction: 'Deny' },
        validationActions: ['Deny'],
        matchResources: {
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
        },
      },
    })
    expect((await api.send('POST', target, configMap('a', { x: '' }))).status).toBe(201)
    const many = await api.send('POST', target, configMap('b', { x: '', y: '' }))
    expect(many.json.message).toContain('denied request: at most 1')
  })

  test('of a custom kind are chosen by labels, and all of them count', async () => {
    const crd = definition('caps', ({ spec }) => {
      spec.versions = [onlyVersion({ max: { type: 'integer' } })]
    })
    await api.define(crd)
    const cap = (name: string, max: number, labels = {}) =>
      api.send('POST', '/apis/test.example.com/v1/caps', {
        apiVersion: 'test.example.com/v1',
        kind: 'Cap',
        metadata: { name, labels },
        spec: { max },
      })
    await cap('low', 1, { use: 'yes' })
    await cap('high', 5, { use: 'yes' })
    await cap('none', 0)
    const namespace = await newNamespace()
    await bind(
      'caps',
      namespace,
      {
        paramKind: { apiVersion: 'test.example.com/v1', kind: 'Cap' },
        validations: [
          {
            expression: 'object.data.size() <= params.spec.max',
            messageExpression: "'above ' + params.metadata.name",
          },
        ],
      },
      {
        policyName: 'caps',
        paramRef: { selector: { matchLabels: { use: 'yes' } }, parameterNotFoundAction: 'Allow' },
        validationActions: ['Deny'],
        matchResources: {
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
        },
      },
    )
    const create = (data: Record<string, string>) =>
      api.send('POST', configMaps(namespace), configMap(`c${Object.keys(data).length}`, data))
    expect((await create({ a: '' })).status).toBe(201)
    expect((await create({ a: '', b: '' })).json.message).toContain('above low')
  })
})

test('a policy about one version is asked about the others, with the object in its version', async () => {
  const crd = definition('gears', ({ spec }) => {
    const { schema } = onlyVersion({ teeth: { type: 'integer' } })
    spec.versions = [
      { name: 'v1', served: true, storage: true, schema },
      { name: 'v2', served: true, storage: false, schema },
    ]
  })
  await api.define(crd)
  const resourceRules = [
    {
      apiGroups: ['test.example.com'],
      apiVersions: ['v1'],
      operations: ['*' as const],
      resources: ['gears'],
    },
  ]
  await api.send('POST', policies, {
    metadata: { name: 'gears' },
    spec: {
      matchConstraints: { resourceRules },
      validations: [
        {
          expression: 'object.spec.teeth > 5',
          messageExpression: "object.apiVersion + ' for ' + request.requestKind.version",
        },
      ],
    },
  })
  await api.send('POST', bindings, {
    metadata: { name: 'gears' },
    spec: { policyName: 'gears', validationActions: ['Deny'] },
  })
  const gear = {
    apiVersion: 'test.example.com/v2',
    kind: 'Gear',
    metadata: { name: 'g' },
    spec: { teeth: 3 },
  }
  const { json } = await api.send('POST', '/apis/test.example.com/v2/gears', gear)
  expect(json.message).toContain('denied request: test.example.com/v1 for v2')
})

describe('a policy is not taken', () => {
  const create = (spec: ValidatingAdmissionPolicySpec) =>
    api.send('POST', `${policies}?dryRun=All`, policy('odd', spec))

  test.each<[string, ValidatingAdmissionPolicySpec, string]>([
    [
      'with an expression that does not parse',
      { validations: [{ expression: 'object.x ==' }] },
      'spec.validations[0].expression: Invalid value: "object.x ==": compilation failed: ERROR: <input>:1:12: Syntax error: mismatched input \'<EOF>\' expecting',
    ],
    [
      'with one that makes no truth value',
      { validations: [{ expression: "'a'" }] },
      'spec.validations[0].expression: Invalid value: "\'a\'": must evaluate to bool',
    ],
    [
      'without the parameters that it uses',
      { validations: [{ expression: 'params.x == 1' }] },
      "compilation failed: ERROR: <input>:1:1: undeclared reference to 'params' (in container '')",
    ],
    [
      'with a field that requests don’t have',
      { validations: [{ expression: "request.oparation == 'x'" }] },
      "undefined field 'oparation'",
    ],
    [
      'with a variable that uses a later one',
      {
        variables: [
          { name: 'a', expression: 'variables.b' },
          { name: 'b', expression: '1' },
        ],
        validations: [{ expression: 'variables.a == 1' }],
      },
      'spec.variables[0].expression: Invalid value: "variables.b": compilation failed',
    ],
    [
      'with a message that is no text',
      { validations: [{ expression: 'true', messageExpression: '1' }] },
      'spec.validations[0].messageExpression: Invalid value: "1": must evaluate to string',
    ],
    [
      'with an annotation that is neither text nor null',
      { auditAnnotations: [{ key: 'k', valueExpression: '1' }] },
      'spec.auditAnnotations[0].valueExpression: Invalid value: "1": must evaluate to one of [string null',
    ],
  ])('%s', async (_what, spec, text) => {
    const { status, json } = await create(spec)
    expect(status).toBe(422)
    expect(json.message).toContain(text)
  })
})
