<?php

declare(strict_types=1);

namespace Hookwright\Tests;

test('the README leads from nothing to a delivered, verified webhook', function (Ground $ground): void {
    $free = stream_socket_server('tcp://127.0.0.1:0');
    $port = substr((string) strrchr((string) stream_socket_get_name($free, false), ':'), 1);
    fclose($free);
    $text = str_replace('8080', $port, (string) file_get_contents(dirname(__DIR__) . '/README.md'));
    [$walk] = explode('## What there is', explode('## From nothing', $text)[1]);
    preg_match_all('/```(php|sh)\n(.*?)```/s', $walk, $blocks, PREG_SET_ORDER);
    same(8, count($blocks));
    $environment = ['HOOKWRIGHT' => dirname(__DIR__)];
    $told = '';
    foreach ($blocks as [, $language, $code]) {
        if ($language === 'php') {
            holds(preg_match('~^<\?php // ([a-z]+\.php)~', $code, $name) === 1, "the block names its file: {$code}");
            file_put_contents("{$ground->folder}/{$name[1]}", $code);
            continue;
        }
        $command = trim($code);
        if (str_ends_with($command, '&')) {
            $server = 'cd ' . escapeshellarg($ground->folder) . '; echo started; exec ' . rtrim($command, ' &') . ' 2> receiver.log';
            $ground->start(['sh', '-c', $server]);
            eventually('the receiver starts', fn () => @fsockopen('127.0.0.1', (int) $port) !== false);
            continue;
        }
        [$code, $out, $error] = $ground->ran(['sh', '-c', 'cd ' . escapeshellarg($ground->folder) . "; {$command}"], $environment);
        same(0, $code, "{$command}: {$out}{$error}");
        $told .= $out;
    }
    holds(preg_match('/^webhook wh_\w+\nevent evt_\w+ goes to 1 webhook\n(.*)$/s', $told, $rest) === 1, $told);
    // A ping, and the event.
    same("2 requests: 2 delivered, 0 to be tried again, 0 given up\n", $rest[1]);
    $log = (string) file_get_contents("{$ground->folder}/receiver.log");
    holds(preg_match('/verified: .*"type":"order\.created".*"total":1999/', $log) === 1, $log);
    holds(!str_contains($log, 'refused'), $log);
});
