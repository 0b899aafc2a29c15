import type { V1Pod, V1ResourceRequirements } from '@kubernetes/client-node'
import { expect } from 'vitest'
import { eventually } from '../../../../support/eventually.ts'
import { conformance } from '../../../support/conformance.ts'
import type { ConformanceContext } from '../../../support/context.ts'
import { strategicMergePatch } from '../../../support/patches.ts'
import { createPod } from '../../../support/pods.ts'

/** The resources of containers c1, c2, …, in this order. */
type Sizes = V1ResourceRequirements[]

const image = 'registry.k8s.io/pause:3.10.1'
const containersOf = (sizes: Sizes) =>
  sizes.map((resources, index) => ({ name: `c${index + 1}`, image, resources }))

/** The same limits as requests, so that a pod of nothing else is guaranteed. */
const guaranteed = (cpu: string, memory: string): V1ResourceRequirements => ({
  requests: { cpu, memory },
  limits: { cpu, memory },
})

/** Waits until every container runs with these resources, and nothing is said of a resize. */
const untilSized = ({ core, namespace }: ConformanceContext, name: string, sizes: Sizes) =>
  eventually(async () => {
    const pod = await core.readNamespacedPod({ namespace, name })
    const { containerStatuses = [], conditions = [] } = pod.status ?? {}
    expect(containerStatuses.map(({ resources }) => resources)).toEqual(sizes)
    expect(conditions.filter(({ type }) => type.startsWith('PodResize'))).toEqual([])
    expect(conditions).toContainEqual(expect.objectContaining({ type: 'Ready', status: 'True' }))
    return pod
  })

const resize = ({ core, namespace }: ConformanceContext, name: string, sizes: Sizes) => {
  const containers = containersOf(sizes).map(({ name, resources }) => ({ name, resources }))
  const body = { spec: { containers } }
  return core.patchNamespacedPodResize({ namespace, name, body }, strategicMergePatch)
}

const specOf = ({ spec }: V1Pod) => spec?.containers.map(({ resources }) => resources)

const lives = ({ status }: V1Pod) =>
  status?.containerStatuses?.map(({ containerID, restartCount }) => [containerID, restartCount])

/** Resizes a pod by a patch, then back where nothing was added that can't be taken away: no container may restart. */
async function patchAndRollBack(
  context: ConformanceContext,
  original: Sizes,
  desired: Sizes,
  canRollBack: boolean,
): Promise<void> {
  const { step } = context
  const name = 'resized'
  const before = await step('create a pod: its status has the resources of its spec', async () => {
    await createPod(context, { name, spec: { containers: containersOf(original) } })
    return untilSized(context, name, original)
  })
  const stages = [desired, ...(canRollBack ? [original] : [])]
  for (const [index, sizes] of stages.entries()) {
    const what = index === 0 ? 'patch its resize' : 'patch it back'
    await step(`${what}: the spec asks for it, the generation grows`, async () => {
      const patched = await resize(context, name, sizes)
      expect(specOf(patched)).toEqual(sizes)
      expect(patched.metadata?.generation).toBe(index + 2)
    })
    await step('the containers get it without a restart', async () => {
      const pod = await untilSized(context, name, sizes)
      expect(pod.status?.observedGeneration).toBe(index + 2)
      expect(lives(pod)).toEqual(lives(before))
    })
  }
}

const three = [guaranteed('20m', '35Mi'), guaranteed('22m', '37Mi'), guaranteed('24m', '39Mi')]

conformance(
  '[sig-node] Pod InPlace Resize Container guaranteed pods with multiple containers 3 containers - increase cpu & mem on c1, c2, decrease cpu & mem on c3 - net increase [MinimumKubeletVersion:1.34] [Conformance]',
  context =>
    patchAndRollBack(
      context,
      three,
      [guaranteed('25m', '40Mi'), guaranteed('27m', '42Mi'), guaranteed('19m', '34Mi')],
      true,
    ),
)

conformance(
  '[sig-node] Pod InPlace Resize Container guaranteed pods with multiple containers 3 containers - increase cpu & mem on c1, decrease cpu & mem on c2, c3 - net decrease [MinimumKubeletVersion:1.34] [Conformance]',
  context =>
    patchAndRollBack(
      context,
      three,
      [guaranteed('25m', '40Mi'), guaranteed('17m', '32Mi'), guaranteed('19m', '34Mi')],
      true,
    ),
)

conformance(
  '[sig-node] Pod InPlace Resize Container guaranteed pods with multiple containers 3 containers - increase: CPU (c1,c3), memory (c2, c3) ; decrease: CPU (c2) [MinimumKubeletVersion:1.34] [Conformance]',
  context =>
    patchAndRollBack(
      context,
      three,
      [guaranteed('25m', '35Mi'), guaranteed('17m', '42Mi'), guaranteed('29m', '44Mi')],
      true,
    ),
)

conformance(
  '[sig-node] Pod InPlace Resize Container burstable pods - extended 6 containers - various operations performed (including adding limits and requests) [MinimumKubeletVersion:1.34] [Conformance]',
  context =>
    patchAndRollBack(
      context,
      [
        { requests: { cpu: '20m' } },
        { requests: { memory: '35Mi' } },
        { requests: { cpu: '20m', memory: '35Mi' } },
        { requests: { cpu: '20m' } },
        { requests: { memory: '35Mi' } },
        { requests: { cpu: '20m', memory: '35Mi' }, limits: { memory: '45Mi' } },
      ],
      [
        { requests: { cpu: '25m' }, limits: { cpu: '35m' } },
        { requests: { memory: '30Mi' }, limits: { memory: '50Mi' } },
        { requests: { cpu: '20m', memory: '30Mi' } },
        { requests: { cpu: '15m', memory: '35Mi' } },
        { requests: { cpu: '20m', memory: '40Mi' } },
        { requests: { cpu: '15m', memory: '40Mi' }, limits: { cpu: '35m', memory: '50Mi' } },
      ],
      false,
    ),
)

conformance(
  '[sig-node] Pod InPlace Resize Container burstable pods - extended resize with equivalents [MinimumKubeletVersion:1.34] [Conformance]',
  context =>
    patchAndRollBack(
      context,
      [{ requests: { cpu: '2m' }, limits: { cpu: '10m' } }],
      [{ requests: { cpu: '1m' }, limits: { cpu: '5m' } }],
      true,
    ),
)

conformance(
  '[sig-node] Pod InPlace Resize Container resize pod via the replace endpoint [MinimumKubeletVersion:1.34] [Conformance]',
  async context => {
    const { step, core, namespace } = context
    const key = { namespace, name: 'replaced' }
    const original = [{ requests: { cpu: '20m', memory: '35Mi' } }]
    const desired = [{ requests: { cpu: '25m', memory: '40Mi' } }]
    const created = await step('create a pod of generation 1', async () => {
      await createPod(context, { name: key.name, spec: { containers: containersOf(original) } })
      const pod = await untilSized(context, key.name, original)
      expect(pod.metadata?.generation).toBe(1)
      return pod
    })
    await step('replace its resize: the spec has it, generation 2', async () => {
      const body = await core.readNamespacedPod(key)
      body.spec?.containers.forEach((container, index) => {
        container.resources = desired[index] ?? {}
      })
      await core.replaceNamespacedPodResize({ ...key, body })
      const pod = await core.readNamespacedPod(key)
      expect(specOf(pod)).toEqual(desired)
      expect(pod.metadata?.generation).toBe(2)
    })
    await step('the container gets it without a restart', async () => {
      const pod = await untilSized(context, key.name, desired)
      expect(lives(pod)).toEqual(lives(created))
    })
    await step('the resize subresource reads as the pod itself', async () => {
      await eventually(async () => {
        const pod = await core.readNamespacedPod(key)
        expect(await core.readNamespacedPodResize(key)).toEqual(pod)
      })
    })
  },
)
