import { z } from 'zod';
import { createSchema } from 'zod-openapi';

/**
 * Converts a Zod schema into OpenAPI 3.1; other schemas are left to the caller. Schemas with an id become components.
 *
 * @example convertSchema(NowView, { schemaType: 'output' }); // { schema: { $ref: '#/components/schemas/NowView' }, components: { NowView: ... } }
 */
export function convertSchema(
  schema: unknown,
  { schemaType }: { schemaType: 'input' | 'output' },
): { schema: unknown; components?: Record<string, unknown> } | undefined {
  if (!(schema instanceof z.ZodType)) return undefined;
  return createSchema(schema, { io: schemaType, openapiVersion: '3.1.0' });
}
