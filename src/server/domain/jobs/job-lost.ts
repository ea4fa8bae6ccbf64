/** The job is another process's, or was ended by somebody else: nothing is to be tidied here. */
export class JobLost extends Error {
  override readonly name = 'JobLost';

  constructor(options?: ErrorOptions) {
    super('the job is not this process’s any more', options);
  }
}
