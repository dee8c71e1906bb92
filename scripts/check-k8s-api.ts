// `npm run check:k8s-api`: has a real API server of Kubernetes take the manifests (a dry run: it has no nodes).
import { fileURLToPath } from 'node:url';
import { dryRun, prepareServer } from './infra/dry-run.ts';
import { startKubeApiServer } from './infra/kube-api-server.ts';
import { OVERLAYS } from './infra/overlays.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const server = await startKubeApiServer();
let failed = 0;
try {
  await prepareServer(server, root);
  for (const overlay of Object.keys(OVERLAYS)) {
    const { code, output } = await dryRun(server, root, overlay);
    const objects = output.match(/\(server dry run\)$/gm)?.length ?? 0;
    console.log(code === 0 ? `passed: ${overlay}, ${objects} objects` : `FAILED: ${overlay}\n${output}`);
    if (code !== 0) failed += 1;
  }
} finally {
  await server.close();
}
process.exitCode = failed > 0 ? 1 : 0;
