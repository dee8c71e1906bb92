// A collector of traces with what ours is set up with, built from Go's module proxy (once, a minute): it reads the settings as the one
// that runs does.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CACHE } from './tools.ts';

const run = promisify(execFile);

/** That of the image in docker-compose.yml. */
export const COLLECTOR = '0.140.0';

const PARTS = [
  'otelcol',
  'receiver/otlpreceiver',
  'processor/batchprocessor',
  'processor/memorylimiterprocessor',
  'exporter/debugexporter',
];

const MAIN = `package main

import (
	"os"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/provider/fileprovider"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/debugexporter"
	"go.opentelemetry.io/collector/otelcol"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/batchprocessor"
	"go.opentelemetry.io/collector/processor/memorylimiterprocessor"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/otlpreceiver"
	"go.opentelemetry.io/collector/service/telemetry/otelconftelemetry"
)

func factories() (otelcol.Factories, error) {
	receivers, err := otelcol.MakeFactoryMap[receiver.Factory](otlpreceiver.NewFactory())
	if err != nil {
		return otelcol.Factories{}, err
	}
	processors, err := otelcol.MakeFactoryMap[processor.Factory](batchprocessor.NewFactory(), memorylimiterprocessor.NewFactory())
	if err != nil {
		return otelcol.Factories{}, err
	}
	exporters, err := otelcol.MakeFactoryMap[exporter.Factory](debugexporter.NewFactory())
	return otelcol.Factories{
		Receivers: receivers, Processors: processors, Exporters: exporters, Telemetry: otelconftelemetry.NewFactory(),
	}, err
}

func main() {
	resolver := confmap.ResolverSettings{
		ProviderFactories: []confmap.ProviderFactory{fileprovider.NewFactory()},
		DefaultScheme:     "file",
	}
	command := otelcol.NewCommand(otelcol.CollectorSettings{
		BuildInfo:              component.BuildInfo{Command: "collector"},
		Factories:              factories,
		ConfigProviderSettings: otelcol.ConfigProviderSettings{ResolverSettings: resolver},
	})
	if command.Execute() != nil {
		os.Exit(1)
	}
}
`;

/** Where it is; it is built when it is not there. */
export async function findCollector(): Promise<string> {
  const program = join(CACHE, 'go', `collector-${COLLECTOR}`);
  if (existsSync(program)) return program;
  console.log(`Building a collector ${COLLECTOR} (a minute, once) …`);
  const source = mkdtempSync(join(tmpdir(), 'builder-collector-'));
  try {
    const required = PARTS.map((part) => `require go.opentelemetry.io/collector/${part} v${COLLECTOR}`);
    writeFileSync(join(source, 'go.mod'), `${['module collector', 'go 1.24', ...required].join('\n')}\n`);
    writeFileSync(join(source, 'main.go'), MAIN);
    const options = { cwd: source, env: { ...process.env, GOFLAGS: '-mod=mod' }, maxBuffer: 1e8 };
    await run('go', ['mod', 'tidy'], options);
    mkdirSync(join(CACHE, 'go'), { recursive: true });
    await run('go', ['build', '-trimpath', '-ldflags', '-s -w', '-o', `${program}.${process.pid}`, '.'], options);
    renameSync(`${program}.${process.pid}`, program);
  } finally {
    rmSync(source, { recursive: true, force: true });
  }
  return program;
}
