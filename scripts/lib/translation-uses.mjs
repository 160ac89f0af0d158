import ts from 'typescript'
import { parse, place } from './sources.mjs'

/**
 * What one file asks of the translations.
 * `exact` and `patterns` come from `t(…)` and `<Trans i18nKey>` and name the namespaces in which the key is sought
 * (`null`: not known, any). `literals` are all other strings of the file: a key may travel through a variable.
 * `properties` are the names after a dot or taken from an object, for texts that are read as an object.
 * A namespace is bound by `useTranslation('ns')`, by a parameter of type `TFunction<'ns'>`, or by `ns:key`.
 */
export function translationUses(path, text) {
  const source = parse(path, text)
  const uses = { exact: [], patterns: [], literals: new Set(), properties: new Set() }

  const visit = (node, scope) => {
    const inner = ts.isFunctionLike(node) || ts.isBlock(node) ? new Map(scope) : scope
    if (ts.isVariableDeclaration(node) && node.initializer) bindHook(node, inner)
    if (ts.isParameter(node) && node.type) bindParameter(node, inner)
    if (ts.isCallExpression(node) && node.arguments[0]) {
      const namespaces = namespacesOfCall(node.expression, inner)
      if (namespaces !== undefined) collect(node.arguments[0], namespaces)
    }
    if (ts.isJsxAttribute(node) && node.name.getText() === 'i18nKey' && node.initializer) {
      const value = ts.isJsxExpression(node.initializer) ? node.initializer.expression : node.initializer
      if (value) collect(value, null)
    }
    if (ts.isStringLiteralLike(node)) uses.literals.add(node.text)
    if (ts.isPropertyAccessExpression(node)) uses.properties.add(node.name.text)
    if (ts.isBindingElement(node)) uses.properties.add((node.propertyName ?? node.name).getText())
    ts.forEachChild(node, (child) => visit(child, inner))
  }

  const collect = (argument, namespaces) => {
    const at = place(source, argument)
    if (ts.isStringLiteralLike(argument)) uses.exact.push({ ...split(argument.text, namespaces), at })
    else if (ts.isTemplateExpression(argument)) {
      const parts = [argument.head.text, ...argument.templateSpans.map((span) => span.literal.text)]
      const { key: head, namespaces: where } = split(parts[0] ?? '', namespaces)
      const shape = [head, ...parts.slice(1)]
      uses.patterns.push({ pattern: wildcard(shape), shown: shape.join('${…}'), namespaces: where, at })
    } else if (ts.isConditionalExpression(argument)) {
      collect(argument.whenTrue, namespaces)
      collect(argument.whenFalse, namespaces)
    } else if (ts.isParenthesizedExpression(argument) || ts.isAsExpression(argument)) {
      collect(argument.expression, namespaces)
    } else if (ts.isArrayLiteralExpression(argument)) {
      for (const element of argument.elements) collect(element, namespaces)
    } else if (ts.isBinaryExpression(argument) && argument.operatorToken.kind !== ts.SyntaxKind.PlusToken) {
      collect(argument.left, namespaces)
      collect(argument.right, namespaces)
    }
  }

  visit(source, new Map())
  return uses
}

/** `ns:key` names its namespace itself. */
function split(text, namespaces) {
  const colon = text.indexOf(':')
  if (colon <= 0) return { key: text, namespaces }
  return { key: text.slice(colon + 1), namespaces: [text.slice(0, colon)] }
}

function wildcard(parts) {
  return new RegExp(`^${parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.+')}$`)
}

const strings = (node) =>
  ts.isStringLiteralLike(node)
    ? [node.text]
    : ts.isArrayLiteralExpression(node)
      ? node.elements.filter(ts.isStringLiteralLike).map((element) => element.text)
      : null

function bindHook(declaration, scope) {
  const call = declaration.initializer
  if (!ts.isCallExpression(call) || call.expression.getText() !== 'useTranslation') return
  const namespaces = call.arguments[0] ? strings(call.arguments[0]) : ['common']
  if (ts.isIdentifier(declaration.name)) scope.set(`${declaration.name.text}.t`, namespaces)
  else if (ts.isObjectBindingPattern(declaration.name)) {
    for (const element of declaration.name.elements) {
      if ((element.propertyName ?? element.name).getText() === 't') scope.set(element.name.getText(), namespaces)
    }
  }
}

function bindParameter(parameter, scope) {
  const type = /^TFunction(?:<\s*(?:'([^']+)'|\[([^\]]*)\]))?/.exec(parameter.type.getText())
  if (!type) return
  const listed = [...(type[2] ?? '').matchAll(/'([^']+)'/g)].map((match) => match[1])
  scope.set(parameter.name.getText(), type[1] ? [type[1]] : listed.length > 0 ? listed : null)
}

/** Namespaces of a call of a translation function; `null` where any may be meant, `undefined` for other calls. */
function namespacesOfCall(callee, scope) {
  const text = callee.getText()
  if (scope.has(text)) return scope.get(text)
  return text === 't' || text === 'i18n.t' || text === 'i18next.t' ? null : undefined
}
