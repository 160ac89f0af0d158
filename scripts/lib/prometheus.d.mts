/** Prometheus and its tool: names on the PATH, or paths; or why they can't be had. */
export function findPrometheus(): { promtool: string; prometheus: string } | { why: string }
