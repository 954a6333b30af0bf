/** The metadata of a run that say where it failed, as people call them. */
export const FAILED_TASK_KEYS: Record<string, string> = {
  failed_phase: 'Phase',
  failed_playbook: 'Playbook',
  failed_task: 'Task',
  failed_host: 'Host',
};

/** Whether anything says where the run failed. */
export function hasFailedTask(metadata: Record<string, string>): boolean {
  return Object.keys(FAILED_TASK_KEYS).some((key) => metadata[key]);
}
