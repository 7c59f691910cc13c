<?php

declare(strict_types=1);

namespace Hookwright\Internal;

use Hookwright\Exception\CoreFailed;

/**
 * Calls of the component: values become JSON, and what comes back becomes a value or an exception, whichever way it went.
 *
 * @internal
 */
final class Core
{
    public function __construct(private readonly Door $door)
    {
    }

    /**
     * @param list<mixed> $arguments
     *
     * @throws \Hookwright\Exception\HookwrightException
     */
    public function call(string $function, array $arguments): mixed
    {
        [$answered, $text] = $this->door->call($function, Json::encode($arguments, $function));
        $answer = Json::decode($text);
        if (!$answered) {
            throw CoreFailed::of($function, $answer);
        }
        if (!is_array($answer) || !array_key_exists('err', $answer)) {
            return is_array($answer) && array_key_exists('ok', $answer) ? $answer['ok'] : $answer;
        }
        throw Errors::declared($answer['err']);
    }
}
