import type { Mutation } from './mutation.ts'

const cel = 'src-main/kubernetes/cel'
const shared = 'src-main/control-plane/resources/shared/custom-resource'
const definitions = 'src-main/control-plane/resources/customresourcedefinitions'
const policies = 'src-main/control-plane/apiserver/admission/validating-policies'

const rules = (test: string) => ({
  file: 'test/integration/apiserver/custom-resource-rules.test.ts',
  test,
})
const bound = (test: string) => ({
  file: 'test/integration/apiserver/validating-admission-policies.test.ts',
  test: `a policy that is bound > ${test}`,
})

/** Faults of expressions, and of the rules and policies that are written in them. */
export const expressionMutations: readonly Mutation[] = [
  {
    name: 'a truth behind an error does not count',
    file: `${cel}/evaluate/logic.ts`,
    find: 'if (second === decisive) return decisive',
    replace: '',
    caughtBy: { file: `${cel}/cel-spec.test.ts` },
  },
  {
    name: 'lists that are sets are compared in their order',
    file: `${cel}/evaluate/equality.ts`,
    find: 'if (a.equals) return a.equals(b, valuesEqual)',
    replace: '',
    caughtBy: rules('a rule > compares by the kind of the list'),
  },
  {
    name: 'an evaluation may cost whatever it costs',
    file: `${cel}/evaluate/frame.ts`,
    find: 'if (frame.cost > frame.limit) throw new CostExceeded()',
    replace: '',
    caughtBy: rules('what an expression may cost > ends one'),
  },
  {
    name: 'a definition is taken whatever its rules may cost',
    file: `${definitions}/validate-rules.ts`,
    find: 'return cost > expressionLimit ?',
    replace: 'return cost < 0 ?',
    caughtBy: rules('a definition > is refused for rules that may cost too much'),
  },
  {
    name: 'a default may break the rules about it',
    file: `${definitions}/validate-defaults.ts`,
    find: 'return problems.length ? problems : rulesAgainst(holder.value, schema, path)',
    replace: 'return problems',
    caughtBy: rules('a definition > is refused for a default'),
  },
  {
    name: 'an update is refused for what it left alone',
    file: `${shared}/rules/check-rules.ts`,
    find: 'if (!usesOldSelf && correlation.isUnchanged)',
    replace: 'if (!usesOldSelf && correlation.isUnchanged && false)',
    caughtBy: rules('an update > is only warned'),
  },
  {
    name: 'what the schema refuses is refused when an update leaves it alone',
    file: `${shared}/validate-value.ts`,
    find: 'if (place.old !== undefined && deepEqual(value, place.old)) return result',
    replace: '',
    caughtBy: { file: `${shared}/validate-value.test.ts`, test: 'items of a keyed list' },
  },
  {
    name: 'items of a keyed list are told by their place',
    file: `${shared}/old-items.ts`,
    find: 'return item => known.get(idOf(item))',
    replace: 'let at = 0; return () => [...known.values()][at++]',
    caughtBy: rules('a transition rule > finds the items'),
  },
  {
    name: 'a rule that takes an absent state waits for one',
    file: `${shared}/rules/check-rules.ts`,
    find: 'if (usesOldSelf && !hasOld && !rule.optionalOldSelf) continue',
    replace: 'if (usesOldSelf && !hasOld) continue',
    caughtBy: rules('a transition rule > is evaluated on a create'),
  },
  {
    name: 'what a rule makes for a message is not told',
    file: `${shared}/rules/check-rules.ts`,
    find: 'errorFor(rule, at, usableMessage(made.value))',
    replace: 'errorFor(rule, at, undefined)',
    caughtBy: rules('a rule > has the message'),
  },
  {
    name: 'a null that is not allowed stays, and keeps a default away',
    file: `${shared}/fill-defaults.ts`,
    find: 'if (value[name] === null && !member.nullable) delete value[name]',
    replace: '',
    caughtBy: {
      file: 'test/integration/apiserver/custom-resources.test.ts',
      test: 'an object > has a null where none is allowed',
    },
  },
  {
    name: 'a policy that fails refuses though failures are to be ignored',
    file: `${policies}/evaluate-policy.ts`,
    find: "policy.spec.failurePolicy === 'Ignore' ? []",
    replace: "policy.spec.failurePolicy === 'Never' ? []",
    caughtBy: bound('whose evaluation fails'),
  },
  {
    name: 'a policy acts whether its conditions hold or not',
    file: `${policies}/evaluate-policy.ts`,
    find: 'else if (outcome.value !== true) return false',
    replace: '',
    caughtBy: bound('is asked only under its conditions'),
  },
  {
    name: 'what a policy makes for a message is not told',
    file: `${policies}/evaluate-policy.ts`,
    find: 'message: text ?? fallback',
    replace: 'message: fallback',
    caughtBy: bound('answers with its message'),
  },
  {
    name: 'a policy about one version lets the others pass',
    file: `${policies}/match-request.ts`,
    find: "match.matchPolicy === 'Exact' ? [definition]",
    replace: "match.matchPolicy !== 'Exact' ? [definition]",
    caughtBy: {
      file: 'test/integration/apiserver/validating-admission-policies.test.ts',
      test: 'a policy about one version',
    },
  },
]
