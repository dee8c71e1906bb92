// Strict schemas for kubeconform, made from what Kubernetes itself and the Prometheus operator publish as Go modules.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { CACHE } from './tools.ts';

/** The version whose API the manifests are checked by. */
export const KUBERNETES = '1.36.3';
export const OPERATOR = '0.85.0';

type Schema = Record<string, unknown> & { $ref?: string; properties?: Record<string, Schema> };
type Definition = Schema & { 'x-kubernetes-group-version-kind'?: { group: string; version: string; kind: string }[] };

/** Resolves with kubeconform's `-schema-location`. */
export async function findKubernetesSchemas(): Promise<string> {
  const directory = join(CACHE, `schemas-${KUBERNETES}-${OPERATOR}`);
  if (!existsSync(directory)) {
    console.log('Making the schemas of Kubernetes …');
    // Under its name only when it is whole.
    const made = `${directory}.${process.pid}`;
    mkdirSync(made, { recursive: true });
    const kubernetes = await moduleDirectory(`k8s.io/kubernetes@v${KUBERNETES}`);
    writeKinds(made, join(kubernetes, 'api/openapi-spec/swagger.json'));
    const operator = await moduleDirectory(`github.com/prometheus-operator/prometheus-operator@v${OPERATOR}`);
    const crds = join(operator, 'example/prometheus-operator-crd');
    for (const kind of ['servicemonitor', 'prometheusrule'])
      writeCustomKind(made, kind, join(crds, `monitoring.coreos.com_${kind}s.yaml`));
    renameSync(made, directory);
  }
  return `${directory}/{{.ResourceKind}}{{.KindSuffix}}.json`;
}

/** Where the files of a Go module are, once Go has fetched it. */
export const moduleDirectory = async (module: string): Promise<string> => (await download(module)).Dir;

/** Where its go.mod is. */
export const moduleFile = async (module: string): Promise<string> => (await download(module)).GoMod;

async function download(module: string): Promise<{ Dir: string; GoMod: string }> {
  const { stdout } = await promisify(execFile)('go', ['mod', 'download', '-json', module], {
    cwd: tmpdir(),
    maxBuffer: 1e8,
  });
  return JSON.parse(stdout) as { Dir: string; GoMod: string };
}

function writeKinds(directory: string, swagger: string): void {
  const { definitions } = JSON.parse(readFileSync(swagger, 'utf8')) as { definitions: Record<string, Definition> };
  for (const [name, definition] of Object.entries(definitions)) {
    if (!definition.properties || !('metadata' in definition.properties)) continue;
    for (const { group, version, kind } of definition['x-kubernetes-group-version-kind'] ?? []) {
      const suffix = group ? `${group.split('.')[0]}-${version}` : version;
      const file = join(directory, `${kind.toLowerCase()}-${suffix}.json`);
      writeFileSync(file, JSON.stringify(toStrict(definition, definitions, [name])));
    }
  }
}

function writeCustomKind(directory: string, kind: string, file: string): void {
  const { spec } = parse(readFileSync(file, 'utf8')) as {
    spec: { group: string; versions: { name: string; schema: { openAPIV3Schema: Schema } }[] };
  };
  for (const { name, schema } of spec.versions) {
    const strict = toStrict(schema.openAPIV3Schema, {}, []) as Schema;
    // The API server adds what every object's metadata may have.
    const properties = { ...strict.properties, metadata: { type: 'object' } };
    writeFileSync(
      join(directory, `${kind}-${spec.group.split('.')[0]}-${name}.json`),
      JSON.stringify({ ...strict, properties }),
    );
  }
}

/** References are put in, and what an object does not know it may not have. */
function toStrict(schema: unknown, definitions: Record<string, Definition>, path: readonly string[]): unknown {
  if (Array.isArray(schema)) return schema.map((item) => toStrict(item, definitions, path));
  if (schema === null || typeof schema !== 'object') return schema;
  const { $ref } = schema as Schema;
  if (typeof $ref === 'string') {
    const name = $ref.split('/').at(-1) as string;
    if (name.endsWith('util.intstr.IntOrString')) return { oneOf: [{ type: 'string' }, { type: 'integer' }] };
    if (name.endsWith('api.resource.Quantity')) return { oneOf: [{ type: 'string' }, { type: 'number' }] };
    // Schemas that contain themselves are followed once.
    return path.includes(name) ? {} : toStrict(definitions[name], definitions, [...path, name]);
  }
  const entries = Object.entries(schema).filter(([key]) => !key.startsWith('x-') && key !== 'description');
  const strict = Object.fromEntries(
    entries.map(([key, value]) => [
      key,
      key === 'properties'
        ? Object.fromEntries(
            Object.entries(value as object).map(([property, of]) => [property, toStrict(of, definitions, path)]),
          )
        : toStrict(value, definitions, path),
    ]),
  );
  return 'properties' in strict && !('additionalProperties' in strict)
    ? { ...strict, additionalProperties: false }
    : strict;
}
