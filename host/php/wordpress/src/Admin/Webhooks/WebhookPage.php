<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Admin\Webhooks;

use Hookwright\Deliveries\Query;
use Hookwright\Exception\Conflict;
use Hookwright\Exception\InvalidInput;
use Hookwright\Hookwright;
use Hookwright\Registry\Created;
use Hookwright\Registry\Webhook;
use Hookwright\Types\Paging;
use Hookwright\Types\Scope;
use Hookwright\WordPress\Admin\Access;
use Hookwright\WordPress\Admin\Fields;
use Hookwright\WordPress\Admin\Flash;
use Hookwright\WordPress\Admin\Input;
use Hookwright\WordPress\Admin\Link;
use Hookwright\WordPress\Admin\Markup;
use Hookwright\WordPress\Admin\Topics\WholeCatalogue;
use Hookwright\WordPress\Site;

/**
 * Making a webhook, changing it, giving it a new secret.
 *
 * A secret is written into the answer to the very request that made it, and is kept nowhere on this side.
 */
final class WebhookPage
{
    /** Deliveries shown below the form. */
    private const RECENT = 5;

    private ?Webhook $webhook = null;

    private Draft $draft;

    private Fields $fields;

    private ?string $secret = null;

    /** What the secret belongs to: `created` or `rotated`. */
    private string $done = '';

    private bool $isStale = false;

    public function __construct(private readonly Site $site, private readonly Hookwright $hookwright)
    {
        $this->draft = new Draft();
        $this->fields = Fields::with([]);
    }

    public function prepareNew(): void
    {
        if (!Input::isPost()) {
            $this->draft = Draft::blank(Input::query());

            return;
        }
        Access::demandFor(WebhookForm::NONCE);
        $this->draft = Draft::from(Input::form());
        $created = $this->attempt(function (): ?Created {
            $new = $this->draft->toNew();

            return $new === null ? null : $this->hookwright->registry->create($new);
        });
        if ($created !== null) {
            $this->site->deliverSoon();
            $this->show($created->webhook, $created->secret, 'created');
        }
    }

    public function prepareEdit(string $id): void
    {
        $this->webhook = $webhook = $this->hookwright->registry->get(Scope::all(), $id);
        if (!Input::isPost()) {
            $this->draft = Draft::of($webhook);

            return;
        }
        Access::demandFor(WebhookForm::NONCE);
        $this->draft = Draft::from(Input::form());
        $changed = $this->attempt(function () use ($webhook): ?Webhook {
            $changes = $this->draft->toChanges($webhook);

            return $changes === null ? null : $this->hookwright->registry->update(Scope::all(), $webhook->id, $changes);
        });
        if ($changed !== null) {
            $this->site->deliverSoon();
            Flash::success(esc_html__('The webhook is saved.', 'hookwright'));
            Link::follow(Link::webhook($id));
        }
    }

    public function prepareRotation(string $id): void
    {
        Access::demandFor("hookwright-rotate-{$id}");
        $form = Input::form();
        $overlap = $form->word('overlap', '0', '3600000', '86400000', '604800000');
        try {
            $created = $this->hookwright->registry->rotateSecret(Scope::all(), $id, $form->given('secret'), (int) $overlap);
        } catch (InvalidInput | Conflict $refusal) {
            Flash::error(esc_html($refusal->getMessage()));
            Link::follow(Link::webhook($id));
        }
        $this->show($created->webhook, $created->secret, 'rotated');
    }

    public function title(): string
    {
        return match (true) {
            $this->webhook === null => __('Add a webhook', 'hookwright'),
            /* translators: %s: the name of a webhook */
            default => sprintf(__('Webhook “%s”', 'hookwright'), $this->webhook->name),
        };
    }

    public function write(): void
    {
        if ($this->secret !== null && $this->webhook !== null) {
            SecretPanel::write($this->webhook, $this->secret, $this->done);
        }
        if ($this->isStale) {
            Markup::notice('error', sprintf(
                '%s <a href="%s">%s</a>',
                esc_html__('Somebody else has changed this webhook meanwhile; nothing is saved.', 'hookwright'),
                esc_url(Link::webhook((string) $this->webhook?->id)),
                esc_html__('See it as it is now', 'hookwright'),
            ), false);
        }
        $form = new WebhookForm($this->draft, $this->fields, WholeCatalogue::of($this->hookwright), $this->webhook);
        $form->writeNotice();
        echo '<div class="hookwright-columns"><div>';
        $form->write();
        if ($this->webhook !== null) {
            (new RecentDeliveries($this->webhook, $this->recent($this->webhook)))->write();
        }
        echo '</div><div>';
        (new SideBoxes($this->draft, $this->webhook))->write();
        echo '</div></div>';
    }

    /** @return list<\Hookwright\Deliveries\Delivery> */
    private function recent(Webhook $webhook): array
    {
        $query = new Query(scope: Scope::all(), paging: new Paging(1, self::RECENT), webhookId: $webhook->id);

        return $this->hookwright->deliveries->find($query)->items;
    }

    /**
     * @template T
     *
     * @param callable(): T $work
     *
     * @return T|null null when it was refused; the form says why
     */
    private function attempt(callable $work): mixed
    {
        $refusal = null;
        $result = null;
        try {
            $result = $work();
        } catch (InvalidInput $refused) {
            $refusal = $refused;
        } catch (Conflict) {
            $this->isStale = true;
        }
        $this->fields = Fields::with($this->draft->problems, $refusal, $this->draft->wanted());

        return $result;
    }

    private function show(Webhook $webhook, #[\SensitiveParameter] string $secret, string $done): void
    {
        $this->webhook = $webhook;
        $this->draft = Draft::of($webhook);
        $this->fields = Fields::with([]);
        $this->secret = $secret;
        $this->done = $done;
    }
}
