<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Admin;

/** JSON in lines of its own, each token as it was written: no number and no text becomes another one. */
final class JsonText
{
    private const INDENT = '  ';

    /** The text as it is where it is no JSON object or array. */
    public static function inLines(string $json): string
    {
        $value = json_decode($json);
        if (!is_array($value) && !is_object($value)) {
            return $json;
        }
        preg_match_all('/"(?:[^"\\\\]|\\\\.)*+"|[{}\[\],:]|[^\s{}\[\],:"]++/s', $json, $found);
        $lines = '';
        $depth = 0;
        $former = '';
        foreach ($found[0] as $token) {
            $isEnd = $token === '}' || $token === ']';
            $depth -= $isEnd ? 1 : 0;
            $isEmpty = $isEnd && ($former === '{' || $former === '[');
            $begins = ($isEnd && !$isEmpty) || (!$isEnd && in_array($former, ['{', '[', ','], true));
            $lines .= ($begins ? "\n" . str_repeat(self::INDENT, $depth) : '') . $token . ($token === ':' ? ' ' : '');
            $depth += $token === '{' || $token === '[' ? 1 : 0;
            $former = $token;
        }

        return $lines;
    }
}
