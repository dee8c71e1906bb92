/** The overlays of the manifests, and the namespace of each. */
export const OVERLAYS = {
  'k8s/overlays/dev': 'builder-ai-dev',
  'k8s/overlays/prod': 'builder-ai',
  'k8s/overlays/prod-by-lag': 'builder-ai',
} as const;
