// Odoo's own JavaScript style; OCA's for XML.
import xml from "@prettier/plugin-xml";

export default {
    printWidth: 88,
    bracketSpacing: false,
    plugins: [xml],
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
