import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import type { ObjectBody } from '../../src-main/contract/objects.ts'
import type { Sort } from '../bridge/route.ts'
import type { ColumnPlan } from './columns.tsx'

/** A line of the properties: a label and a value, with a link to another object where it names one. */
export interface Property {
  readonly label: string
  readonly value: ReactNode
  readonly link?: ObjectLink
  /** A long value that is read whole, over several lines. */
  readonly wraps?: boolean
}

/** Properties under a heading of their own. */
export interface PropertySection {
  readonly title: string
  readonly properties: readonly Property[]
  /** Its labels are names, such as `requests.nvidia.com/gpu`, and get half of the width. */
  readonly longLabels?: boolean
}

export interface ObjectLink {
  readonly kind: string
  readonly name: string
  readonly namespace?: string
}

/** A container as the details show it. */
export interface ContainerLine {
  readonly name: string
  readonly image: string
  readonly note: string
  /** Absent: the line is what shall run, not what runs. */
  readonly state?: 'ok' | 'warn' | 'bad' | 'idle' | undefined
  readonly word: string
}

/** What the window knows of one kind beyond what every kind has. All of it is optional. */
export interface KindPresentation {
  /** `pods`, or `deployments.apps`. */
  readonly resource: string
  readonly icon?: LucideIcon
  readonly columns?: ColumnPlan
  readonly defaultSort?: Sort
  /** What the segments for rows in doubt and for healthy ones are called. */
  readonly segments?: {
    readonly warn: string
    readonly ok: string
    /** What is in doubt is at work, and needs nobody. */
    readonly busy?: boolean
  }
  /** What an empty list says: what this is, in one sentence. */
  readonly about?: string
  /** Absent: what is plain of its spec and status. */
  readonly properties?: (object: ObjectBody) => Property[]
  /** Absent together with `properties`: what has parts of its own in spec and status. */
  readonly sections?: (object: ObjectBody) => PropertySection[]
  /** Other objects refer to it or come of it: what the list of them is called. */
  readonly usedBy?: string
  readonly containers?: (object: ObjectBody) => ContainerLine[]
  /** Pods of its own: its logs can be followed and it can be restarted. */
  readonly workload?: boolean
  /** Stands for pods by a selector without owning them. */
  readonly selectsPods?: boolean
  /** A shell can be opened in it. */
  readonly hasContainers?: boolean
  readonly restartable?: boolean
  /** Its revisions are kept, and it can go back to one. */
  readonly hasRevisions?: boolean
  /** Its use of CPU and memory is measured by metrics.k8s.io under this name. */
  readonly usage?: 'pods' | 'nodes'
}
