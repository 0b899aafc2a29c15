import {
  Ban,
  CirclePause,
  CirclePlay,
  LogOut,
  type LucideIcon,
  PackageOpen,
  Play,
} from 'lucide-react'
import type { ObjectBody, ObjectName } from '../../../src-main/contract/objects.ts'
import type { Core } from '../../bridge/core.ts'
import { toast } from '../../components/toasts.tsx'
import { type Action, toObject, toPods } from './access.ts'
import { messageOf, question, report, type Target } from './operations.ts'

/** A field of an object's spec that a person switches, with what both ways are called. */
interface Switch {
  readonly field: 'unschedulable' | 'paused' | 'suspend'
  readonly hold: Way
  readonly free: Way
}
interface Way {
  readonly label: string
  readonly done: string
  readonly icon: LucideIcon
}

const cordon: Switch = {
  field: 'unschedulable',
  hold: { label: 'Cordon', done: 'Cordoned', icon: Ban },
  free: { label: 'Uncordon', done: 'Uncordoned', icon: CirclePlay },
}
const pause: Switch = {
  field: 'paused',
  hold: { label: 'Pause the rollout', done: 'Paused the rollout of', icon: CirclePause },
  free: { label: 'Resume the rollout', done: 'Resumed the rollout of', icon: CirclePlay },
}
const suspend: Switch = {
  field: 'suspend',
  hold: { label: 'Suspend', done: 'Suspended', icon: CirclePause },
  free: { label: 'Resume', done: 'Resumed', icon: CirclePlay },
}

const switches: Readonly<Record<string, Switch>> = {
  Node: cordon,
  Deployment: pause,
  CronJob: suspend,
  Job: suspend,
}

type KindAction = Omit<Action, 'cluster'>

/** What can be done to objects of some kinds beyond what can be done to all. `held`: it is switched off now. */
export function kindActions(core: Core, target: Target, held: boolean): KindAction[] {
  const { kind, object } = target
  const switched = switches[kind]
  return [
    ...(kind === 'CronJob'
      ? [
          {
            id: 'trigger',
            label: 'Run now',
            icon: Play,
            needs: [jobsOf(object)],
            onAction: () => void trigger(core, target),
          },
        ]
      : []),
    ...(switched ? [switchAction(core, target, switched, held)] : []),
    ...(kind === 'Node'
      ? [
          {
            id: 'drain',
            label: 'Drain…',
            icon: PackageOpen,
            needs: [toObject(object, 'patch'), toPods(undefined, 'create', 'eviction')],
            onAction: () => question.set({ type: 'drain', target }),
          },
        ]
      : []),
    ...(kind === 'Pod'
      ? [
          {
            id: 'evict',
            label: 'Evict…',
            icon: LogOut,
            needs: [toObject(object, 'create', 'eviction')],
            onAction: () => question.set({ type: 'evict', target }),
          },
        ]
      : []),
  ]
}

const jobsOf = ({ namespace }: ObjectName) => ({
  verb: 'create',
  group: 'batch',
  resource: 'jobs',
  ...(namespace && { namespace }),
})

function switchAction(core: Core, target: Target, of: Switch, held: boolean): KindAction {
  const { label, icon } = held ? of.free : of.hold
  return {
    id: 'switch',
    label,
    icon,
    needs: [toObject(target.object, 'patch')],
    onAction: () => void setHeld(core, target, of, !held, true),
  }
}

/** Switches an object off or on; what was done can be undone for a while. */
async function setHeld(
  core: Core,
  target: Target,
  of: Switch,
  held: boolean,
  offersUndo: boolean,
): Promise<void> {
  const { done } = held ? of.hold : of.free
  await attempt(target, async () => {
    const patch = { spec: { [of.field]: held } }
    const result = await core.call('objects.patch', { object: target.object, patch })
    const undo = {
      label: 'Undo',
      run: () => void setHeld(core, target, of, !held, false),
    }
    report(`${done} ${target.kind} ${target.object.name}`, [result], offersUndo ? undo : undefined)
  })
}

async function trigger(core: Core, target: Target): Promise<void> {
  await attempt(target, async () => {
    const result = await core.call('jobs.trigger', target.object)
    report(`Started Job ${result.name}`, [result])
  })
}

async function attempt({ kind, object }: Target, run: () => Promise<void>): Promise<void> {
  try {
    await run()
  } catch (error) {
    toast({
      tone: 'bad',
      title: `${kind} ${object.name} wasn’t changed`,
      detail: messageOf(error),
    })
  }
}

/** Whether a person switched an object off, as rows say by `held`. */
export function isHeld(body: ObjectBody): boolean {
  const {
    unschedulable,
    paused,
    suspend: suspended,
  } = (body['spec'] ?? {}) as Record<string, unknown>
  return [unschedulable, paused, suspended].includes(true)
}
