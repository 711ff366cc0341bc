import globals from "globals";

export default [
    {
        files: ["**/*.js"],
        languageOptions: {
            ecmaVersion: 2023,
            sourceType: "module",
            globals: {
                ...globals.browser,
                luxon: "readonly",
                odoo: "readonly",
                owl: "readonly",
            },
        },
        rules: {
            "no-undef": "error",
            "no-unused-vars": ["error", { args: "none" }],
            "no-var": "error",
            "prefer-const": ["error", { destructuring: "all" }],
            "no-const-assign": "error",
            "no-debugger": "error",
            "no-console": ["error", { allow: ["warn", "error"] }],
            eqeqeq: ["error", "always", { null: "ignore" }],
            complexity: ["error", 15],
            // #private members cannot be patched
            "no-restricted-syntax": ["error", "PrivateIdentifier"],
        },
    },
];
