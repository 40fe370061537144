// The worker of plain kernel modules: it serves the page that made it.
export {};
