import { type Checked, check } from './check/checker.ts'
import type { Environment } from './check/environment.ts'
import { literalIssues } from './check/literal-issues.ts'
import type { CelType } from './check/types.ts'
import { compile as compileSteps } from './evaluate/compile.ts'
import { type Frame, withinSteps } from './evaluate/frame.ts'
import type { Value } from './evaluate/values.ts'
import type { Expr } from './syntax/ast.ts'
import { parse } from './syntax/parser.ts'
import { formatIssues, type Issue, SyntaxIssue } from './syntax/source.ts'

/** An expression that makes sense in its environment, ready to be evaluated as often as wanted. */
export interface Program {
  checked: Checked
  type: CelType
  /** Throws a `CostExceeded` when it costs more than `limit`. */
  evaluate(variables: (name: string) => Value | undefined, limit?: number): Evaluation
}

export interface Evaluation {
  value: Value
  /** In the units of Kubernetes' cost limits. */
  cost: number
}

/** A program, or what is wrong with its source: in cel-go's words and form. */
export type Compilation = { program: Program } | { error: string }

/** Parses, checks and compiles an expression. */
export function compileExpression(source: string, environment: Environment): Compilation {
  const parsed = tryParse(source, environment)
  if ('issues' in parsed) return { error: formatIssues(source, parsed.issues) }
  const result = check(parsed.root, environment)
  if ('issues' in result) return { error: formatIssues(source, result.issues) }
  const { checked } = result
  const wrong = literalIssues(parsed.root, environment.literals)
  if (wrong.length) return { error: formatIssues(source, wrong) }
  const step = compileSteps(checked)
  return {
    program: {
      checked,
      type: checked.type,
      evaluate(variables, limit = Number.POSITIVE_INFINITY) {
        const frame: Frame = { variables, locals: [], limit, cost: 0 }
        const value = withinSteps(limit, () => step(frame))
        return { value, cost: frame.cost }
      },
    },
  }
}

function tryParse(source: string, environment: Environment): { root: Expr } | { issues: Issue[] } {
  try {
    return { root: parse(source, environment) }
  } catch (error) {
    if (error instanceof SyntaxIssue) return { issues: [error.issue] }
    throw error
  }
}
