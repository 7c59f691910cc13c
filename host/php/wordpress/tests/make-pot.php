<?php

declare(strict_types=1);

// Writes languages/hookwright.pot, the texts of the plugin for translators: php host/php/wordpress/tests/make-pot.php
// With --check it writes nothing, and fails where the file is not up to date or a text cannot be translated.

if (PHP_SAPI !== 'cli') {
    exit(1);
}

/** Functions of WordPress that translate: places of the text, of its plural and of its context. */
const FUNCTIONS = [
    '__' => [0, null, null], '_e' => [0, null, null], 'esc_html__' => [0, null, null], 'esc_html_e' => [0, null, null],
    'esc_attr__' => [0, null, null], 'esc_attr_e' => [0, null, null], '_n' => [0, 1, null], '_x' => [0, null, 1],
    'esc_html_x' => [0, null, 1], 'esc_attr_x' => [0, null, 1], '_ex' => [0, null, 1], '_nx' => [0, 1, 3],
];

/** @return list<string> the plugin's files of PHP, in order */
function files(string $root): array
{
    $files = glob("{$root}/*.php") ?: [];
    foreach (new RecursiveIteratorIterator(new RecursiveDirectoryIterator("{$root}/src", FilesystemIterator::SKIP_DOTS)) as $file) {
        if ($file->getExtension() === 'php') {
            $files[] = $file->getPathname();
        }
    }
    sort($files);

    return $files;
}

/**
 * The arguments of a call whose name stands at this place: each as its text where it is one text, else null.
 *
 * @param list<PhpToken> $tokens
 *
 * @return list<string|null>|null null where it is no call
 */
function arguments(array $tokens, int $place): ?array
{
    $next = $place + 1;
    while (isset($tokens[$next]) && $tokens[$next]->isIgnorable()) {
        $next++;
    }
    if (($tokens[$next]->text ?? '') !== '(') {
        return null;
    }
    $arguments = [];
    $parts = [];
    $depth = 0;
    for ($at = $next; isset($tokens[$at]); $at++) {
        $token = $tokens[$at];
        $depth += in_array($token->text, ['(', '[', '{'], true) ? 1 : 0;
        if ($depth === 1 && ($token->text === ',' || $token->text === ')')) {
            if ($parts !== []) {
                $isText = count($parts) === 1 && $parts[0]->is(T_CONSTANT_ENCAPSED_STRING);
                $arguments[] = $isText ? unquoted($parts[0]->text) : null;
            }
            $parts = [];
        } elseif (!$token->isIgnorable() && !($depth === 1 && $token->text === '(')) {
            $parts[] = $token;
        }
        $depth -= in_array($token->text, [')', ']', '}'], true) ? 1 : 0;
        if ($depth === 0) {
            return $arguments;
        }
    }

    return null;
}

function unquoted(string $literal): string
{
    $inside = substr($literal, 1, -1);

    return $literal[0] === "'" ? strtr($inside, ["\\'" => "'", '\\\\' => '\\']) : stripcslashes($inside);
}

/** The comment for translators that stands before this place, in its statement. @param list<PhpToken> $tokens */
function comment(array $tokens, int $place): string
{
    for ($at = $place - 1; $at >= 0 && $place - $at < 60 && !in_array($tokens[$at]->text, [';', '{', '}'], true); $at--) {
        if ($tokens[$at]->is([T_COMMENT, T_DOC_COMMENT])) {
            return str_contains($tokens[$at]->text, 'translators:') ? trim($tokens[$at]->text, "/* \n") : '';
        }
        // The end of another call, so its comment is not this one's.
        if ($place - $at > 2 && isset(FUNCTIONS[$tokens[$at]->text])) {
            return '';
        }
    }

    return '';
}

function quoted(string $text): string
{
    return '"' . strtr($text, ['\\' => '\\\\', '"' => '\\"', "\n" => '\\n', "\t" => '\\t']) . '"';
}

$root = dirname(__DIR__);
$entries = [];
$problems = [];
foreach (files($root) as $file) {
    $short = substr($file, strlen($root) + 1);
    $tokens = PhpToken::tokenize((string) file_get_contents($file));
    foreach ($tokens as $place => $token) {
        $name = ltrim($token->text, '\\');
        if (!$token->is([T_STRING, T_NAME_FULLY_QUALIFIED]) || !isset(FUNCTIONS[$name])) {
            continue;
        }
        $arguments = arguments($tokens, $place);
        if ($arguments === null) {
            continue;
        }
        [$text, $plural, $context] = array_map(static fn (?int $at) => $at === null ? null : $arguments[$at] ?? false, FUNCTIONS[$name]);
        $where = "{$short}:{$token->line}";
        if ($text === null || $text === false || $plural === false || $context === false) {
            $problems[] = "{$where}: {$name}() needs its texts as they are, no variables";
            continue;
        }
        if (end($arguments) !== 'hookwright') {
            $problems[] = "{$where}: {$name}() needs the text domain hookwright as its last argument";
        }
        $told = comment($tokens, $place);
        if ($told === '' && preg_match('/%(\d+\$)?[sd]/', $text . $plural) === 1) {
            $problems[] = "{$where}: a comment `translators:` must say what stands for % in " . quoted($text);
        }
        $key = "{$context}\4{$text}\0{$plural}";
        $entries[$key] ??= ['context' => $context, 'text' => $text, 'plural' => $plural, 'comments' => [], 'files' => []];
        if ($told !== '') {
            $entries[$key]['comments'][$told] = true;
        }
        $entries[$key]['files'][$short] = true;
    }
}

$pot = <<<'POT'
# Texts of the WordPress plugin Hookwright. Made by tests/make-pot.php.
msgid ""
msgstr ""
"Project-Id-Version: Hookwright\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: nplurals=INTEGER; plural=EXPRESSION;\n"
"X-Domain: hookwright\n"

POT;
foreach ($entries as $entry) {
    $pot .= "\n";
    foreach (array_keys($entry['comments']) as $comment) {
        $pot .= "#. {$comment}\n";
    }
    foreach (array_keys($entry['files']) as $file) {
        $pot .= "#: {$file}\n";
    }
    $pot .= preg_match('/%(\d+\$)?[sd]/', $entry['text'] . $entry['plural']) === 1 ? "#, php-format\n" : '';
    $pot .= $entry['context'] === null ? '' : 'msgctxt ' . quoted($entry['context']) . "\n";
    $pot .= 'msgid ' . quoted($entry['text']) . "\n";
    $pot .= $entry['plural'] === null
        ? "msgstr \"\"\n"
        : 'msgid_plural ' . quoted($entry['plural']) . "\nmsgstr[0] \"\"\nmsgstr[1] \"\"\n";
}

$file = "{$root}/languages/hookwright.pot";
if (in_array('--check', $argv, true)) {
    if (!is_file($file) || file_get_contents($file) !== $pot) {
        $problems[] = 'languages/hookwright.pot is not up to date: php host/php/wordpress/tests/make-pot.php';
    }
} else {
    file_put_contents($file, $pot);
}
foreach ($problems as $problem) {
    echo $problem, "\n";
}
printf("%d texts\n", count($entries));
exit($problems === [] ? 0 : 1);
