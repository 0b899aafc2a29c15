import type { Variable } from '../../api/admissionregistration-v1.ts'
import { type Compilation, compileExpression, type Program } from '../cel.ts'
import { type Environment, withVariables } from '../check/environment.ts'
import { type CelType, dynType, typeText } from '../check/types.ts'
import { authorizerType, resourceCheckType } from '../library/authorizers.ts'
import { kubernetesEnvironment } from '../library/kubernetes-environment.ts'
import { namespaceType, requestType } from './policy-types.ts'

/** What an expression of a policy may be about. */
export interface PolicyScope {
  hasParams: boolean
  hasAuthorizer: boolean
  hasNamespace: boolean
  /** Of the object and its state before; `dyn` unless a type is to be checked. */
  objectType?: CelType
  paramsType?: CelType
}

/** What expressions of admission policies, and conditions of webhooks, may use. */
export function policyEnvironment(scope: PolicyScope): Environment {
  const {
    hasParams,
    hasAuthorizer,
    hasNamespace,
    objectType = dynType,
    paramsType = dynType,
  } = scope
  return withVariables(kubernetesEnvironment(), {
    object: objectType,
    oldObject: objectType,
    request: requestType.type,
    ...(hasNamespace ? { namespaceObject: namespaceType.type } : {}),
    ...(hasParams ? { params: paramsType } : {}),
    ...(hasAuthorizer
      ? {
          authorizer: authorizerType,
          'authorizer.requestResource': resourceCheckType,
        }
      : {}),
  })
}

export interface CompiledVariable {
  name: string
  program?: Program
  error?: string
}

/** Compiles the variables of a policy, each of which sees those before it; and the environment with all of them. */
export function withPolicyVariables(
  environment: Environment,
  variables: readonly Variable[],
): { environment: Environment; variables: CompiledVariable[] } {
  const fields = new Map<string, CelType>()
  const withFields = () =>
    withVariables(environment, {
      variables: {
        kind: 'struct',
        name: 'kubernetes.variables',
        parameters: [],
        fields: new Map(fields),
      },
    })
  const compiled = variables.map(({ name, expression }): CompiledVariable => {
    const result = compileExpression(expression, withFields())
    fields.set(name, 'program' in result ? result.program.type : dynType)
    return 'program' in result
      ? { name, program: result.program }
      : { name, error: `compilation failed: ${result.error}` }
  })
  return { environment: variables.length ? withFields() : environment, variables: compiled }
}

/** Compiles an expression that has to make a value of one of some types; of any where none are named. */
export function compileFor(
  source: string,
  environment: Environment,
  wanted: readonly CelType[] = [],
): { program: Program } | { error: string } {
  const compiled: Compilation = compileExpression(source, environment)
  if ('error' in compiled) return { error: `compilation failed: ${compiled.error}` }
  const { type } = compiled.program
  if (!wanted.length || wanted.some(({ kind }) => kind === type.kind)) return compiled
  const names = wanted.map(typeText)
  return {
    error:
      names.length === 1
        ? `must evaluate to ${names[0]}`
        : `must evaluate to one of [${names.join(' ')}]`,
  }
}
