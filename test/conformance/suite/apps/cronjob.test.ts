import { BatchV1Api, type V1CronJob } from '@kubernetes/client-node'
import { expect } from 'vitest'
import { eventually } from '../../../support/eventually.ts'
import { checkApiOperations } from '../../support/api-operations.ts'
import { conformance } from '../../support/conformance.ts'
import { mergePatch } from '../../support/patches.ts'

const spec = (schedule: string, suspend = false): NonNullable<V1CronJob['spec']> => ({
  schedule,
  suspend,
  jobTemplate: {
    spec: {
      template: {
        spec: {
          restartPolicy: 'OnFailure',
          containers: [{ name: 'c', image: 'registry.k8s.io/pause:3.10.1' }],
        },
      },
    },
  },
})

conformance(
  '[sig-apps] CronJob should support CronJob API operations [Conformance]',
  async context => {
    const { step } = context
    await checkApiOperations(context, {
      group: 'batch',
      version: 'v1',
      plural: 'cronjobs',
      kind: 'CronJob',
      namespaced: true,
      subresources: ['status'],
      // Suspended, so that no time it seems to have missed makes a Job.
      object: () => ({ spec: spec('0 0 1 1 *', true) }),
      async also(cronJobs, { metadata: { name = '' } = {} }) {
        const at = (seconds: number) => new Date(seconds * 1000).toISOString().replace('.000', '')
        await step('patch its status: the time is there', async () => {
          const patched = await cronJobs.patchStatus(name, {
            metadata: { annotations: { patchedstatus: 'true' } },
            status: { lastScheduleTime: at(1_700_000_000) },
          })
          expect(patched['status'].lastScheduleTime).toBe(at(1_700_000_000))
          expect(patched.metadata?.annotations).toMatchObject({ patchedstatus: 'true' })
        })
        await step('replace its status, and read it', async () => {
          const cronJob = await cronJobs.getStatus(name)
          cronJob['status'].lastScheduleTime = at(1_700_000_060)
          await cronJobs.replaceStatus(cronJob)
          expect((await cronJobs.getStatus(name))['status'].lastScheduleTime).toBe(
            at(1_700_000_060),
          )
        })
      },
    })
  },
)

conformance(
  '[sig-apps] CronJob should not schedule jobs when suspended [Slow] [Conformance]',
  async ({ step, api, namespace }) => {
    const batch = api(BatchV1Api)
    const jobsOf = async (name: string) =>
      (await batch.listNamespacedJob({ namespace })).items.filter(({ metadata }) =>
        metadata?.ownerReferences?.some(owner => owner.name === name),
      )
    await step('create two CronJobs of every minute, one of them suspended', async () => {
      for (const [name, suspend] of [
        ['suspended', true],
        ['running', false],
      ] as const) {
        const body = { metadata: { name }, spec: spec('*/1 * * * ?', suspend) }
        await batch.createNamespacedCronJob({ namespace, body })
      }
    })
    await step('when the other has a Job, the suspended one has none', async () => {
      await eventually(async () => expect(await jobsOf('running')).not.toEqual([]), {
        timeoutMs: 90_000,
      })
      expect(await jobsOf('suspended')).toEqual([])
      const { status } = await batch.readNamespacedCronJob({ namespace, name: 'suspended' })
      expect(status?.active ?? []).toEqual([])
    })
    await step('it is still there, suspended, and can be resumed', async () => {
      const key = { namespace, name: 'suspended' }
      expect((await batch.readNamespacedCronJob(key)).spec?.suspend).toBe(true)
      const resumed = await batch.patchNamespacedCronJob(
        { ...key, body: { spec: { suspend: false } } },
        mergePatch,
      )
      expect(resumed.spec?.suspend).toBe(false)
    })
  },
)
