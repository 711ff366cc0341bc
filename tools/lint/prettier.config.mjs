// Odoo's own JavaScript style; OCA's for XML.
export default {
    printWidth: 88,
    bracketSpacing: false,
    plugins: ["@prettier/plugin-xml"],
    xmlWhitespaceSensitivity: "preserve",
    xmlSelfClosingSpace: true,
    overrides: [
        {
            files: ["*.js", "*.mjs"],
            options: {tabWidth: 4, printWidth: 100, bracketSpacing: true, trailingComma: "es5"},
        },
        { files: ["*.xml"], options: { tabWidth: 4 } },
        { files: ["*.scss"], options: { tabWidth: 4 } },
    ],
};
