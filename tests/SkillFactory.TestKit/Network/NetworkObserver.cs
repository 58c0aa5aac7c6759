using System.Diagnostics.Tracing;
using System.Globalization;
using System.Net;
using System.Text;

namespace SkillFactory.TestKit.Network;

/// <summary>Reports each connection that this process opens, each address at which it accepts connections, and each name that it looks up.
/// It uses the events of .NET's own libraries, so it does not see native code.</summary>
/// <param name="report">Receives lines such as "connect 127.0.0.1:6379", "accept unix:/tmp/x" and "resolve localhost".</param>
public sealed class NetworkObserver(Action<string> report) : EventListener
{
    private const string Sockets = "System.Net.Sockets";
    private const string Names = "System.Net.NameResolution";

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name is Sockets or Names)
        {
            EnableEvents(eventSource, EventLevel.Informational);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        var action = (eventData.EventSource.Name, eventData.EventName) switch
        {
            (Sockets, "ConnectStart") => "connect",
            (Sockets, "AcceptStart") => "accept",
            (Names, "ResolutionStart") => "resolve",
            _ => null,
        };

        // The name is empty when the process asks its own system for the machine's name.
        if (action is not null && eventData.Payload is [string { Length: > 0 } subject, ..])
        {
            report($"{action} {(action == "resolve" ? subject : Address(subject))}");
        }
    }

    /// <summary>Reads the text form of a <see cref="SocketAddress"/>: "family:size:{byte,byte,…}", without the two bytes of the family.
    /// </summary>
    private static string Address(string text)
    {
        var parts = text.Split(':', 3);
        if (parts.Length != 3)
        {
            return text;
        }

        ReadOnlySpan<byte> bytes = [.. parts[2].Trim('{', '}').Split(',').Select(b => byte.Parse(b, CultureInfo.InvariantCulture))];
        return parts[0] switch
        {
            "InterNetwork" => $"{new IPAddress(bytes[2..6])}:{(bytes[0] << 8) | bytes[1]}",
            "InterNetworkV6" => $"[{new IPAddress(bytes[6..22])}]:{(bytes[0] << 8) | bytes[1]}",
            "Unix" => $"unix:{Encoding.UTF8.GetString(bytes).TrimEnd('\0')}",
            _ => text,
        };
    }
}
