import type { JsonSchema } from '../schema-json.ts';

/**
 * Does this JSON fit the schema? Only the keywords that our schema uses; any other throws, so that none is passed over.
 */
export function fits(schema: JsonSchema, value: unknown): boolean {
  return Object.entries(schema).every(([keyword, wanted]) => check(keyword, wanted, schema, value));
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function check(keyword: string, wanted: unknown, schema: JsonSchema, value: unknown): boolean {
  switch (keyword) {
    case '$schema':
    case 'title':
    case 'description':
      return true;
    case 'type':
      return hasType(wanted as string, value);
    case 'const':
      return value === wanted;
    case 'enum':
      return (wanted as unknown[]).includes(value);
    case 'pattern':
      return typeof value !== 'string' || new RegExp(wanted as string, 'u').test(value);
    case 'minimum':
      return typeof value !== 'number' || value >= (wanted as number);
    case 'maximum':
      return typeof value !== 'number' || value <= (wanted as number);
    case 'minLength':
      return typeof value !== 'string' || [...value].length >= (wanted as number);
    case 'maxLength':
      return typeof value !== 'string' || [...value].length <= (wanted as number);
    case 'minItems':
      return !Array.isArray(value) || value.length >= (wanted as number);
    case 'maxItems':
      return !Array.isArray(value) || value.length <= (wanted as number);
    case 'prefixItems':
      return (
        !Array.isArray(value) ||
        (wanted as JsonSchema[]).every((s, i) => i >= value.length || fits(s, value[i]))
      );
    case 'items': {
      if (!Array.isArray(value)) return true;
      const rest = value.slice((schema['prefixItems'] as unknown[] | undefined)?.length ?? 0);
      return wanted === false ? rest.length === 0 : rest.every((v) => fits(wanted as JsonSchema, v));
    }
    case 'properties':
      return (
        !isObject(value) ||
        Object.entries(wanted as Record<string, JsonSchema>).every(
          ([key, s]) => !Object.hasOwn(value, key) || fits(s, value[key]),
        )
      );
    case 'required':
      return !isObject(value) || (wanted as string[]).every((key) => Object.hasOwn(value, key));
    case 'additionalProperties':
      if (wanted !== false) throw new Error('only additionalProperties: false is known here');
      return (
        !isObject(value) ||
        Object.keys(value).every((key) => Object.hasOwn(schema['properties'] as object, key))
      );
    case 'anyOf':
      return (wanted as JsonSchema[]).some((s) => fits(s, value));
    default:
      throw new Error(`unknown keyword ${keyword}`);
  }
}

function hasType(type: string, value: unknown): boolean {
  switch (type) {
    case 'object':
      return isObject(value);
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    case 'null':
      return value === null;
    default:
      return typeof value === type;
  }
}
