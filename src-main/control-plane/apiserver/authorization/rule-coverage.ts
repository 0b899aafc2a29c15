import type { PolicyRule } from '#kubernetes/api/rbac-v1.ts'

/** The simple rules among `wanted` that `held` doesn't cover; a simple rule has one verb and one thing to do it to. */
export function uncovered(
  held: readonly PolicyRule[],
  wanted: readonly PolicyRule[],
): PolicyRule[] {
  return wanted.flatMap(breakDown).filter(simple => !held.some(rule => covers(rule, simple)))
}

function breakDown(rule: PolicyRule): PolicyRule[] {
  const simple: PolicyRule[] = []
  for (const verb of rule.verbs) {
    for (const apiGroup of rule.apiGroups ?? []) {
      for (const resource of rule.resources ?? []) {
        const base = { verbs: [verb], apiGroups: [apiGroup], resources: [resource] }
        if (!rule.resourceNames?.length) simple.push(base)
        for (const name of rule.resourceNames ?? []) simple.push({ ...base, resourceNames: [name] })
      }
    }
    for (const url of rule.nonResourceURLs ?? []) {
      simple.push({ verbs: [verb], nonResourceURLs: [url] })
    }
  }
  return simple
}

function covers(held: PolicyRule, simple: PolicyRule): boolean {
  if (!includesAll(held.verbs, simple.verbs)) return false
  if (simple.nonResourceURLs) {
    return simple.nonResourceURLs.every(url =>
      held.nonResourceURLs?.some(own => coversUrl(own, url)),
    )
  }
  const names = held.resourceNames ?? []
  return (
    includesAll(held.apiGroups ?? [], simple.apiGroups ?? []) &&
    (simple.resources ?? []).every(resource => coversResource(held.resources ?? [], resource)) &&
    (!names.length ||
      (!!simple.resourceNames?.length && simple.resourceNames.every(name => names.includes(name))))
  )
}

const includesAll = (held: readonly string[], wanted: readonly string[]): boolean =>
  held.includes('*') || wanted.every(one => held.includes(one))

function coversResource(held: readonly string[], wanted: string): boolean {
  if (held.includes('*') || held.includes(wanted)) return true
  const [, subresource] = wanted.split('/')
  return subresource !== undefined && held.includes(`*/${subresource}`)
}

const coversUrl = (held: string, wanted: string): boolean =>
  held === '*' || held === wanted || (held.endsWith('*') && wanted.startsWith(held.slice(0, -1)))

/** Simple rules as upstream tells of them: those that differ by the verb alone as one, a line each, by the alphabet. */
export function rulesText(simple: readonly PolicyRule[]): string {
  const urls = simple.filter(rule => rule.nonResourceURLs)
  const resources = simple.filter(rule => !rule.nonResourceURLs)
  const byResource = Map.groupBy(resources, rule => ruleText({ ...rule, verbs: [] }))
  const merged = [...byResource.values()].flatMap(([first, ...others]) => {
    if (!first) return []
    return [{ ...first, verbs: [...new Set([first, ...others].flatMap(rule => rule.verbs))] }]
  })
  return [...new Set([...urls, ...merged].map(ruleText))].sort().join('\n')
}

/** Rules as upstream prints them: `{APIGroups:[""], Resources:["pods"], Verbs:["get"]}`. */
function ruleText(rule: PolicyRule): string {
  const parts: [string, string[] | undefined][] = [
    ['APIGroups', rule.apiGroups],
    ['Resources', rule.resources],
    ['ResourceNames', rule.resourceNames],
    ['NonResourceURLs', rule.nonResourceURLs],
    ['Verbs', rule.verbs],
  ]
  const shown = parts
    .filter(([, values]) => values?.length)
    .map(
      ([name, values = []]) => `${name}:[${values.map(value => JSON.stringify(value)).join(' ')}]`,
    )
  return `{${shown.join(', ')}}`
}
