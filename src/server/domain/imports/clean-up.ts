// placeholder until the import job lands (helper H9 replaces this file)
export async function cleanUpImports(_house: unknown): Promise<void> {}
