<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Admin\Webhooks;

use Hookwright\Catalogue\Topic;
use Hookwright\Deliveries\Details;
use Hookwright\Exception\Conflict;
use Hookwright\Exception\Forbidden;
use Hookwright\Exception\InvalidInput;
use Hookwright\Exception\NotFound;
use Hookwright\Hookwright;
use Hookwright\Registry\Webhook;
use Hookwright\Types\Scope;
use Hookwright\WordPress\Admin\Access;
use Hookwright\WordPress\Admin\Deliveries\AttemptBox;
use Hookwright\WordPress\Admin\Input;
use Hookwright\WordPress\Admin\Link;
use Hookwright\WordPress\Admin\Markup;
use Hookwright\WordPress\Admin\Topics\WholeCatalogue;
use Hookwright\WordPress\Delivery;

/** A test event for one webhook, sent while the browser waits, and what came of it. */
final class TestPage
{
    private const NONCE = 'hookwright-test-';

    private ?Webhook $webhook = null;

    private ?Details $result = null;

    private string $refusal = '';

    private string $topic = '';

    private string $data = '';

    public function __construct(private readonly Hookwright $hookwright)
    {
    }

    public function prepare(string $id): void
    {
        $this->webhook = $this->hookwright->registry->get(Scope::all(), $id);
        if (Input::isPost()) {
            Access::demandFor(self::NONCE . $id);
            $this->send($id, Input::form());
        }
        $query = Input::query();
        $this->topic = $this->topic === '' ? $query->text('topic') : $this->topic;
        $sent = $query->text('delivery');
        if ($sent !== '' && !Input::isPost()) {
            try {
                $details = $this->hookwright->deliveries->get(Scope::all(), $sent);
                $this->result = $details->delivery->webhookId === $id ? $details : null;
                $this->topic = $this->topic === '' ? $details->delivery->topic : $this->topic;
            } catch (NotFound) {
                $this->result = null;
            }
        }
    }

    public function title(): string
    {
        /* translators: %s: the name of a webhook */
        return sprintf(__('Test “%s”', 'hookwright'), (string) $this->webhook?->name);
    }

    public function write(): void
    {
        $webhook = $this->webhook;
        if ($webhook === null) {
            return;
        }
        printf(
            '<p>%s · %s · %s</p><p class="hookwright-url" dir="ltr">%s</p>',
            Markup::link(Link::to(Link::WEBHOOKS), __('All webhooks', 'hookwright')),
            Markup::link(Link::webhook($webhook->id), __('Edit this webhook', 'hookwright')),
            Markup::link(Link::to(Link::DELIVERIES, ['webhook' => $webhook->id]), __('Its deliveries', 'hookwright')),
            esc_html($webhook->url),
        );
        if ($this->refusal !== '') {
            Markup::notice('error', esc_html($this->refusal), false);
        }
        $attempts = $this->result?->attempts ?? [];
        if ($this->result !== null && $attempts !== []) {
            (new AttemptBox($attempts[count($attempts) - 1], $this->result->payload))->writeResult();
        } elseif ($this->result !== null) {
            Markup::notice('warning', esc_html__('The test event is stored, but not sent yet. Load this page again.', 'hookwright'), false);
        }
        $this->writeForm($webhook);
    }

    private function send(string $id, Input $form): void
    {
        $this->topic = $form->text('topic');
        $this->data = $form->text('data');
        $options = Delivery::options();
        $lease = $this->hookwright->leaseMs($options);
        try {
            $request = $this->hookwright->deliveries->test(
                Scope::all(),
                $id,
                $this->topic === '' ? null : $this->topic,
                $this->data === '' ? null : $this->data,
                $lease,
            );
        } catch (InvalidInput | Conflict | Forbidden $refused) {
            $this->refusal = $refused->getMessage();

            return;
        }
        if (function_exists('set_time_limit')) {
            set_time_limit(intdiv($lease, 1000));
        }
        $this->hookwright->dispatcher($options)->send($request);
        Link::follow(Link::to(
            Link::WEBHOOKS,
            array_filter(['action' => 'test', 'webhook' => $id, 'topic' => $this->topic, 'delivery' => $request->deliveryId]),
        ));
    }

    private function writeForm(Webhook $webhook): void
    {
        Markup::openBox($this->result === null ? __('Send a test event', 'hookwright') : __('Send another', 'hookwright'));
        printf(
            '<form method="post" action="%s" data-test><p>%s</p>',
            esc_url(Link::to(Link::WEBHOOKS, ['action' => 'test', 'webhook' => $webhook->id])),
            esc_html__('It is sent now, signed as any other, and does not count for the webhook’s health.', 'hookwright'),
        );
        wp_nonce_field(self::NONCE . $webhook->id);
        printf(
            '<p><label for="hookwright-test-topic">%s</label><br>'
            . '<select id="hookwright-test-topic" name="topic" data-topic-choice>',
            esc_html__('Topic', 'hookwright'),
        );
        $this->writeTopics($webhook);
        printf(
            '</select></p><p><label for="hookwright-test-data">%s</label><br>'
            . '<textarea id="hookwright-test-data" name="data" rows="%d" class="large-text code" dir="ltr" spellcheck="false" placeholder="%s" data-sample>%s</textarea></p>'
            . '<p><button class="button button-primary" data-busy="%s">%s</button></p></form>',
            esc_html__('Data (JSON)', 'hookwright'),
            $this->data === '' ? 6 : 14,
            esc_attr__('Empty: the topic’s sample', 'hookwright'),
            esc_textarea($this->data),
            esc_attr__('Sending…', 'hookwright'),
            esc_html__('Send test event', 'hookwright'),
        );
        Markup::closeBox();
    }

    private function writeTopics(Webhook $webhook): void
    {
        $names = array_map(static fn (Topic $topic) => $topic->name, WholeCatalogue::of($this->hookwright));
        $plain = array_values(array_filter($webhook->topics, static fn (string $topic) => !str_contains($topic, '*')));
        $its = array_values(array_unique([...$plain, ...array_filter(
            $names,
            static fn (string $name) => $webhook->topics === [] || array_filter(
                $webhook->topics,
                static fn (string $pattern) => $pattern === '*'
                    || (str_ends_with($pattern, '.*') && str_starts_with($name, substr($pattern, 0, -1))),
            ) !== [],
        )]));
        $others = array_values(array_diff($names, $its));
        foreach ([__('Topics that it receives', 'hookwright') => $its, __('Other topics', 'hookwright') => $others] as $label => $list) {
            if ($list !== []) {
                printf('<optgroup label="%s">', esc_attr($label));
                Markup::options(array_combine($list, $list), $this->topic);
                echo '</optgroup>';
            }
        }
    }
}
